"""The daily report: every KPI of `dbt_project.yml` day by day, and how good the data are, in one HTML file.

kpis → figures → charts → page
"""
