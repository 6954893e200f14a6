//! Columns side by side on a terminal, as wide as letters are there.

use comfy_table::{CellAlignment, ContentArrangement, Table};

/// Rows in columns with two blanks between them; columns from `numbers` on are set to the right.
/// Lines have no blanks at their ends, and are no wider than `width` where it is given: what does
/// not fit goes on below.
pub(super) fn side_by_side<R: AsRef<[String]>>(
    rows: &[R],
    numbers: usize,
    width: Option<usize>,
) -> String {
    let mut table = Table::new();
    let n_columns = rows.first().map_or(0, |row| row.as_ref().len());
    table.load_style(comfy_table::presets::NOTHING).add_rows(rows.iter().map(AsRef::as_ref));
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at + 1 == n_columns { 0 } else { 2 }));
        if at >= numbers {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn what_does_not_fit_goes_on_below() {
        let rows = [["what", "result"], ["roster", "12 people, each of them with an address"]];
        let drawn = side_by_side(&rows.map(|row| row.map(str::to_owned)), 2, Some(30));
        assert!(drawn.lines().all(|it| it.chars().count() <= 30), "{drawn}");
        insta::assert_snapshot!(drawn, @"
        what    result
        roster  12 people, each of
                them with an address
        ");
    }

    #[test]
    fn wide_letters_keep_their_columns() {
        let rows = [["instance", "n"], ["東京", "7"], ["prod", "1200"]];
        let drawn = side_by_side(&rows.map(|row| row.map(str::to_owned)), 1, None);
        insta::assert_snapshot!(drawn, @r"
        instance     n
        東京         7
        prod      1200
        ");
    }
}
