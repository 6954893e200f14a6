-- Rule by rule, as found here and as reported.
SELECT rule_code AS rule, sum(population) AS population, sum(population_reported) AS reported,
  sum(exceptions) AS exceptions, sum(exceptions_reported) AS reported,
  sum(undetermined) AS undetermined, sum(undetermined_reported) AS reported
FROM counts
GROUP BY rule_code
ORDER BY rule_code;

-- The ids that differ, if any do.
SELECT * FROM differing ORDER BY rule_code, instance, subject_id;

-- Rules that were reported and are not re-performed, if there are any.
SELECT DISTINCT rule_code AS rule_not_reperformed, rule_name
FROM outcomes
WHERE evaluated AND rule_code NOT IN (SELECT rule_code FROM reperformed)
ORDER BY rule_code;

SELECT CASE WHEN ids + numbers = 0
    THEN 'Nothing differs: ' || rules || ' rules re-performed on ' || subjects || ' subjects.'
    ELSE 'DIFFERENT: ' || ids || ' ids, and the numbers of ' || numbers || ' results.'
  END AS result
FROM (
  SELECT (SELECT count(*) FROM differing) AS ids,
    (SELECT count(*) FROM counts
     WHERE population <> population_reported OR exceptions <> exceptions_reported
       OR undetermined <> undetermined_reported) AS numbers,
    (SELECT count(DISTINCT rule_code) FROM counts) AS rules,
    (SELECT count(*) FROM judged) AS subjects
);
