-- Whatever differs, a row each.
SELECT rule_code, instance, 'subject ' || subject_id AS what, found_here, reported
FROM differing
UNION ALL
SELECT rule_code, instance, what, CAST(found_here AS VARCHAR), CAST(reported AS VARCHAR)
FROM (
  SELECT rule_code, instance, 'population' AS what, population AS found_here,
    population_reported AS reported FROM counts
  UNION ALL
  SELECT rule_code, instance, 'exceptions', exceptions, exceptions_reported FROM counts
  UNION ALL
  SELECT rule_code, instance, 'undetermined', undetermined, undetermined_reported FROM counts
)
WHERE found_here <> reported
UNION ALL
SELECT rule_code, instance, 'rule', 'not re-performed', verdict
FROM outcomes
WHERE evaluated AND rule_code NOT IN (SELECT rule_code FROM reperformed)
ORDER BY rule_code, instance, what;
