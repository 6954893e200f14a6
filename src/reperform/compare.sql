-- WHAT WAS FOUND HERE, AGAINST WHAT WAS REPORTED

-- Where a rule is in doubt, what the doubt hides is undetermined. A rule of an organization's own
-- that has no sound population was not evaluated.
CREATE OR REPLACE TEMP TABLE judged AS
WITH hidden AS (
  SELECT rule_code, instance,
    bool_or(hides = 'exceptions') AS exceptions,
    bool_or(hides = 'fine') AS fine
  FROM doubts
  GROUP BY rule_code, instance
)
SELECT v.rule_code, COALESCE(v.instance, '') AS instance, COALESCE(v.subject_id, '') AS subject_id,
  v.severity,
  CASE
    WHEN NOT v.verdict AND h.exceptions THEN NULL
    WHEN v.verdict AND h.fine THEN NULL
    ELSE v.verdict
  END AS verdict
FROM verdicts AS v
LEFT JOIN hidden AS h ON h.rule_code = v.rule_code AND h.instance = v.instance
WHERE v.rule_code IN (SELECT rule_code FROM outcomes WHERE evaluated);

-- How many, by rule and instance.
CREATE OR REPLACE TEMP TABLE counts AS
WITH here AS (
  SELECT rule_code, instance, count(*) AS population,
    count(*) FILTER (WHERE verdict) AS exceptions,
    count(*) FILTER (WHERE verdict IS NULL) AS undetermined
  FROM judged
  GROUP BY rule_code, instance
),
reported AS (
  SELECT rule_code, instance, population, exceptions + waived AS exceptions, undetermined
  FROM outcomes
  WHERE evaluated AND rule_code IN (SELECT rule_code FROM reperformed)
)
SELECT COALESCE(h.rule_code, r.rule_code) AS rule_code,
  COALESCE(h.instance, r.instance) AS instance,
  COALESCE(h.population, 0) AS population, COALESCE(r.population, 0) AS population_reported,
  COALESCE(h.exceptions, 0) AS exceptions, COALESCE(r.exceptions, 0) AS exceptions_reported,
  COALESCE(h.undetermined, 0) AS undetermined,
  COALESCE(r.undetermined, 0) AS undetermined_reported
FROM here AS h
FULL JOIN reported AS r ON r.rule_code = h.rule_code AND r.instance = h.instance;

-- Which, by id.
CREATE OR REPLACE TEMP TABLE differing AS
WITH here AS (
  SELECT rule_code, instance, subject_id, severity,
    CASE WHEN verdict THEN 'exception' ELSE 'undetermined' END AS verdict
  FROM judged
  WHERE COALESCE(verdict, TRUE)
),
reported AS (
  SELECT rule_code, instance, subject_id, severity,
    CASE WHEN verdict = 'undetermined' THEN verdict ELSE 'exception' END AS verdict
  FROM findings
  WHERE rule_code IN (SELECT rule_code FROM reperformed)
)
SELECT COALESCE(h.rule_code, r.rule_code) AS rule_code,
  COALESCE(h.instance, r.instance) AS instance,
  COALESCE(h.subject_id, r.subject_id) AS subject_id,
  COALESCE(h.verdict || ', ' || h.severity, 'nothing') AS found_here,
  COALESCE(r.verdict || ', ' || r.severity, 'nothing') AS reported
FROM here AS h
FULL JOIN reported AS r
  ON r.rule_code = h.rule_code AND r.instance = h.instance AND r.subject_id = h.subject_id
WHERE h.verdict IS DISTINCT FROM r.verdict OR h.severity IS DISTINCT FROM r.severity;

