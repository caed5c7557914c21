"""The shop's database: its first rows and how they change.

rows      the first rows of each table, from CSV files
database  the only way to the database; vendor exceptions end there
seed      tables, publication and first rows
    course    how the shop changes, second by second; pure
    mover     carries out a course in step with the events
"""
