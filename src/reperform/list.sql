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
SELECT rule_code, instance, 'rule', 'not asked', verdict
FROM outcomes
WHERE was_put AND rule_code NOT IN (SELECT rule_code FROM asked)
ORDER BY rule_code, instance, what;
