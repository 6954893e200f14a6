"""Runs the queries of a folder with Spark, on the tables of folders in it: `verdicts.csv` in each."""

import csv
import json
import pathlib
import sys

try:
    from pyspark.sql import SparkSession
except ImportError:
    sys.exit(77)

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
        lines = csv.writer(file)
        lines.writerow(["rule", "instance", "id", "verdict", "escalated"])
        word = {None: "", True: "true", False: "false"}
        for code, sql in queries.items():
            try:
                rows = spark.sql(sql).collect()
            except Exception as error:
                sys.exit(f"{code}: {error}\n{sql}")
            for it in rows:
                lines.writerow([code, it[0], it[1] or "", word[it[2]], word[it[3]]])
