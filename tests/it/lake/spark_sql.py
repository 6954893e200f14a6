"""Runs the statements of a file with Spark, then queries, and writes the rows of each as texts."""

import json
import pathlib
import sys

try:
    from pyspark.sql import SparkSession
except ImportError:
    sys.exit(77)

folder = pathlib.Path(sys.argv[1])
builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
builder = builder.config("spark.sql.warehouse.dir", str(folder / "warehouse"))
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
for statement in (folder / "views.sql").read_text().split(";\n"):
    if statement.strip().strip(";"):
        spark.sql(statement.strip().strip(";"))
text = lambda it: "" if it is None else str(it)
queries = json.loads((folder / "queries.json").read_text())
rows = [[[text(it) for it in row] for row in spark.sql(sql).collect()] for sql in queries]
(folder / "rows.json").write_text(json.dumps(rows))
