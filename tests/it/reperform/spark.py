"""Runs the queries of a folder with Spark, on the tables of folders in it.

Each gets `verdicts.csv`, and `settled.json`: what differs from its outcomes and findings.
"""

import csv
import json
import pathlib
import sys

try:
    from pyspark.sql import SparkSession
except ImportError:
    sys.exit(77)



def differing(folder, verdicts):
    """What differs from what was reported, where doubts leave a verdict open."""
    rows = lambda table: spark.read.parquet(str(folder / "tables" / f"{table}.parquet")).collect()
    hidden = {(it.rule_code, it.instance, it.hides == "fine") for it in rows("doubts")}
    put = {(it.rule_code, it.instance): it for it in rows("outcomes") if it.evaluated}
    found, population = set(), dict.fromkeys(put, 0)
    for code, instance, subject, verdict in verdicts:
        if (code, instance) in put:
            population[code, instance] += 1
            open_ = verdict is None or (code, instance, verdict) in hidden
            if open_ or verdict:
                found.add((code, instance, subject, "undetermined" if open_ else "exception"))
    word = lambda it: "undetermined" if it.verdict == "undetermined" else "exception"
    reported = {(it.rule_code, it.instance, it.subject_id, word(it)) for it in rows("findings")}
    counts = {it: [n, put[it].population] for it, n in population.items()}
    return sorted(found ^ reported) + [it for it in counts.items() if it[1][0] != it[1][1]]


root = pathlib.Path(sys.argv[1])
queries = json.loads((root / "queries.json").read_text())
builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
builder = builder.config("spark.sql.session.timeZone", "UTC")
builder = builder.config("spark.sql.shuffle.partitions", "1")
builder = builder.config("spark.sql.warehouse.dir", str(root / "warehouse"))
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
for folder in [root / it for it in sys.argv[2:]]:
    for table in sorted((folder / "tables").glob("*.parquet")):
        spark.read.parquet(str(table)).cache().createOrReplaceTempView(f"`{table.stem}`")
    with open(folder / "verdicts.csv", "w", newline="") as file:
        lines, verdicts = csv.writer(file), []
        lines.writerow(["rule", "instance", "id", "verdict", "escalated"])
        word = {None: "", True: "true", False: "false"}
        for code, sql in queries.items():
            try:
                rows = spark.sql(sql).collect()
            except Exception as error:
                sys.exit(f"{code}: {error}\n{sql}")
            for it in rows:
                lines.writerow([code, it[0], it[1] or "", word[it[2]], word[it[3]]])
                verdicts.append((code, it[0], it[1] or "", it[2]))
    (folder / "settled.json").write_text(json.dumps(differing(folder, verdicts)))
