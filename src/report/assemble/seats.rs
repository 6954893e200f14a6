//! Who is a builder now, and who could become one by editing.

use polars::prelude::{DataType, Expr, IntoLazy as _, PolarsResult, SortMultipleOptions, col, lit};

use super::inputs::ReportInputs;
use crate::report::Builders;
use crate::report::cells::Cells;
use crate::report::table::Cell;
use crate::tables::Table;
use crate::tables::build::licenses::OPEN_CLASSES;
use crate::tables::column::Null;
use crate::tables::dictionary::license;

/// The builders of each instance, by its name.
pub(super) fn builders(inputs: &ReportInputs<'_>) -> PolarsResult<Vec<Builders>> {
    let builds = || license::license_class().eq(lit("Builder"));
    let open = || {
        let begins = |with: &str| license::license_class().str().starts_with(lit(with.to_owned()));
        OPEN_CLASSES.map(begins).into_iter().reduce(Expr::or).expect("some classes are open")
    };
    let sum = |it: Expr| it.sum().cast(DataType::Int64);
    let counted =
        inputs.tables.frame(Table::Licenses).lazy().group_by([license::instance()]).agg([
            sum(license::accounts().filter(builds())).alias("builders"),
            sum(license::able_to_build().filter(builds().not())).alias("may_become"),
            sum(license::accounts().filter(open())).alias("open"),
            sum(license::purchased().filter(builds())).alias("purchased"),
            license::purchased().filter(builds()).is_not_null().any(true).alias("known"),
        ]);
    let frame = counted.sort(["instance"], SortMultipleOptions::default());
    let frame = frame.with_column(col("known").fill_null(lit(false))).collect()?;
    let cells = |name| Cells::of(&frame, name, Null::Unknown);
    let (names, known) = (cells("instance")?, cells("known")?);
    let [builders, may_become, open, purchased] =
        [cells("builders")?, cells("may_become")?, cells("open")?, cells("purchased")?];
    let count = |it: Cell<'_>| match it {
        Cell::Int(it) => it,
        _ => 0,
    };
    let row = |row: usize| Builders {
        instance: names.text(row),
        builders: count(builders.at(row)),
        may_become: count(may_become.at(row)),
        undetermined: count(open.at(row)),
        purchased: (known.at(row) == Cell::Bool(true)).then(|| count(purchased.at(row))),
    };
    Ok((0..frame.height()).map(row).collect())
}
