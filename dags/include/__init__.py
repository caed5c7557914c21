"""What the DAGs do, apart from Airflow: plain modules that unit tests import.

Nothing here imports Airflow but `assets` and `dbt_tasks`, and nothing imports the runner's own package: DAGs know the
platform through the `millstream` command, SQL, and the variables that dbt's profiles read.
"""
