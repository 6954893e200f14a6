-- Every rule of the report, re-performed by DuckDB on the tables of this evidence pack.
--
--   cd FOLDER-OF-THE-PACK
--   duckdb -markdown < reperform/reperform.sql
--
-- Nothing here comes from the program's own engine but the questions: the tables are the Parquet
-- files in tables/, and what was reported is tables/outcomes.parquet and tables/findings.parquet.
-- Each rule is one query with its parameters at the head. A verdict is true for an exception, false
-- for what is fine, and NULL for what the facts do not decide; `lacking` has the instances of which
-- a list is missing that the rule reads.

SET TimeZone = 'UTC';

CREATE OR REPLACE TEMP TABLE reperformed (rule_code VARCHAR);
CREATE OR REPLACE TEMP TABLE verdicts (
  rule_code VARCHAR, instance VARCHAR, subject_id VARCHAR, verdict BOOLEAN, severity VARCHAR
);

