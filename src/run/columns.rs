//! Columns side by side on a terminal, as wide as letters are there.

use comfy_table::{CellAlignment, Table};

/// Rows in columns with two blanks between them; columns from `numbers` on are set to the right.
/// Lines have no blanks at their ends.
pub(super) fn side_by_side<const N: usize>(rows: &[[String; N]], numbers: usize) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING).add_rows(rows);
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at + 1 == N { 0 } else { 2 }));
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
    fn wide_letters_keep_their_columns() {
        let rows = [["instance", "n"], ["東京", "7"], ["prod", "1200"]];
        let drawn = side_by_side(&rows.map(|row| row.map(str::to_owned)), 1);
        insta::assert_snapshot!(drawn, @r"
        instance     n
        東京         7
        prod      1200
        ");
    }
}
