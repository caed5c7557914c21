-- Roles and databases as the embedded platform has them. Runs once, when the data folder is made; passwords come from
-- the container's environment and stand in no argument and no log.
\set ON_ERROR_STOP on
SET log_min_error_statement = 'panic';
\getenv flink_writer FLINK_POSTGRES_PASSWORD
\getenv dbt DBT_POSTGRES_PASSWORD
\getenv bi_reader BI_READER_POSTGRES_PASSWORD
\getenv shop_app SHOP_APP_PASSWORD
\getenv debezium SHOP_CDC_PASSWORD
\getenv airflow AIRFLOW_POSTGRES_PASSWORD
\getenv superset SUPERSET_POSTGRES_PASSWORD
\getenv registry REGISTRY_POSTGRES_PASSWORD
\getenv metrics METRICS_POSTGRES_PASSWORD
CREATE ROLE flink_writer LOGIN PASSWORD :'flink_writer';
CREATE ROLE dbt LOGIN PASSWORD :'dbt';
CREATE ROLE bi_reader LOGIN PASSWORD :'bi_reader';
CREATE ROLE shop_app LOGIN PASSWORD :'shop_app';
CREATE ROLE debezium LOGIN REPLICATION PASSWORD :'debezium';
CREATE ROLE airflow LOGIN PASSWORD :'airflow';
CREATE ROLE superset LOGIN PASSWORD :'superset';
CREATE ROLE registry LOGIN PASSWORD :'registry';
CREATE ROLE metrics LOGIN PASSWORD :'metrics';
GRANT pg_monitor TO metrics;

CREATE DATABASE shop;
CREATE DATABASE warehouse;
CREATE DATABASE control;
CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE superset OWNER superset;
CREATE DATABASE registry OWNER registry;

\connect shop
REVOKE ALL ON DATABASE shop FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DATABASE shop OWNER TO shop_app;
ALTER SCHEMA public OWNER TO shop_app;
GRANT CONNECT ON DATABASE shop TO debezium;
GRANT USAGE ON SCHEMA public TO debezium;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_app GRANT SELECT ON TABLES TO debezium;

\connect warehouse
REVOKE ALL ON DATABASE warehouse FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE warehouse TO flink_writer, dbt, bi_reader;
GRANT CREATE, TEMPORARY ON DATABASE warehouse TO dbt;
GRANT CONNECT ON DATABASE warehouse TO metrics;
ALTER DEFAULT PRIVILEGES FOR ROLE millstream GRANT USAGE ON SCHEMAS TO flink_writer, dbt, bi_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE millstream GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO flink_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE millstream GRANT SELECT ON TABLES TO dbt, bi_reader;

\connect control
REVOKE ALL ON DATABASE control FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

\connect airflow
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DATABASE airflow OWNER TO airflow;
ALTER SCHEMA public OWNER TO airflow;
\connect superset
REVOKE ALL ON DATABASE superset FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DATABASE superset OWNER TO superset;
ALTER SCHEMA public OWNER TO superset;
\connect registry
REVOKE ALL ON DATABASE registry FROM PUBLIC;
