//! The CSV set as one workbook, for people who filter and sort: `workbook.xlsx`.
//!
//! A sheet a table, with a frozen and filtered header, real dates, and colours that follow the
//! cells' words. Nothing is a formula: text is written as text.

use std::borrow::Cow;
use std::io;
use std::path::Path;

use markup_pdf::color::Color;
use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::derived::{FindingOrder, derived};
use super::format::{self, DataInputs, Error, Renderer, RenderingNotes};
use super::table::{Cell, Column, DataTable, Row};
use super::{Report, actions};

/// `workbook.xlsx`: the CSV set as one file of sheets, and `actions.xlsx` for those who must act.
pub const FORMAT: format::Format =
    format::Format { name: "xlsx", usual: true, renderer: Renderer::Data(files) };

fn files(inputs: &DataInputs<'_>) -> Result<RenderingNotes, Error> {
    let write = |name: &str, made: fn(&DataInputs<'_>) -> Result<Workbook, XlsxError>| {
        inputs.folder.write_with(name, |file| {
            made(inputs).and_then(|mut it| it.save_to_writer(file)).map_err(io::Error::other)
        })
    };
    write("workbook.xlsx", render)?;
    write("actions.xlsx", render_actions)?;
    Ok(RenderingNotes::default())
}

/// Renders every table of the report, behind a first sheet that says what they are; rows wait in
/// files that have no name.
///
/// # Errors
///
/// Fails when the temporary file of a sheet cannot be made.
///
/// # Panics
///
/// Panics when such a file cannot be written to the end, as the library does.
fn render(inputs: &DataInputs<'_>) -> Result<Workbook, XlsxError> {
    let DataInputs { report, folder, .. } = *inputs;
    let derived = derived(report, FindingOrder::Urgency);
    let tables: Vec<&DataTable<'_>> =
        derived.iter().chain(inputs.collected().map(|it| it.1)).collect();
    let looks = Looks::new(report.branding.accent);
    let mut book = begin(report, "access review", folder.path())?;
    front(book.add_worksheet_with_constant_memory()?, report, &tables, &looks)?;
    for table in tables {
        fill(book.add_worksheet_with_constant_memory()?, table, &looks)?;
    }
    Ok(book)
}

/// Renders what is to be done, by owner.
fn render_actions(inputs: &DataInputs<'_>) -> Result<Workbook, XlsxError> {
    let DataInputs { report, folder, .. } = *inputs;
    let mut book = begin(report, "actions of the access review", folder.path())?;
    let looks = Looks::new(report.branding.accent);
    fill(book.add_worksheet_with_constant_memory()?, &actions::table(report), &looks)?;
    Ok(book)
}

/// A workbook that says what it is.
fn begin(report: &Report, what: &str, room: &Path) -> Result<Workbook, XlsxError> {
    let mut res = Workbook::new();
    res.set_tempdir(room)?;
    res.set_zip_compression_level(ZIP_LEVEL);
    // The one date that is not the reader's: the same report is the same bytes.
    let created = ExcelDateTime::parse_from_str(&report.collected_at)?;
    let properties = DocProperties::new()
        .set_title(format!("{}, {what}, {}", report.organization, report.period_words))
        .set_author(&report.evaluator)
        .set_comment(format!("Report {}, snapshot {}", report.report_id, report.snapshot_id))
        .set_creation_datetime(&created);
    res.set_properties(&properties);
    Ok(res)
}

/// A third of the usual level's time, for half as many bytes again.
const ZIP_LEVEL: u8 = 3;

/// How cells look.
struct Looks {
    title: Format,
    header: Format,
    text: Format,
    wrapped: Format,
    /// Spreadsheets that count truths as numbers show 0 and 1 without a format.
    truth: Format,
    day: Format,
    time: Format,
    /// The colour of each word that has one.
    words: Vec<(&'static str, Format)>,
}

impl Looks {
    fn new(accent: Color) -> Self {
        let paper =
            |back: u32, ink: u32| Format::new().set_background_color(back).set_font_color(ink);
        let bad = || paper(0xF6_D5_D2, 0x7A_1C_14);
        let doubtful = || paper(0xFB_EB_C8, 0x6B_4A_00);
        let good = || paper(0xDC_EE_DF, 0x1D_50_2B);
        let words = [
            ("critical", bad()),
            ("high", bad()),
            ("medium", doubtful()),
            ("fail", bad()),
            ("exception", bad()),
            ("failed", bad()),
            ("undetermined", doubtful()),
            ("not-evaluable", doubtful()),
            ("reopened", doubtful()),
            ("partial", doubtful()),
            ("unknown", doubtful()),
            ("exceptions noted", bad()),
            ("not evaluable", doubtful()),
            ("no exceptions noted", good()),
            ("pass", good()),
            ("complete", good()),
        ];
        let text = Format::new().set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(16),
            header: Format::new()
                .set_bold()
                .set_background_color(u32::from_be_bytes([0, accent.0, accent.1, accent.2]))
                .set_font_color(0xFF_FF_FF)
                .set_border_bottom(FormatBorder::Thin),
            wrapped: text.clone().set_text_wrap(),
            truth: text.clone().set_num_format("\"TRUE\";\"TRUE\";\"FALSE\""),
            day: text.clone().set_num_format("yyyy-mm-dd"),
            time: text.clone().set_num_format("yyyy-mm-dd hh:mm:ss"),
            text,
            words: words.into(),
        }
    }
}

impl Looks {
    /// How the cells of a column look.
    fn of(&self, table: &DataTable<'_>, column: &Column) -> &Format {
        match column.kind {
            _ if WRAPPED.contains(&(table.file, column.name)) => &self.wrapped,
            "boolean" => &self.truth,
            "timestamp" => &self.time,
            "date" => &self.day,
            _ => &self.text,
        }
    }
}

/// The height of a line, in points.
const LINE: f64 = 15.5;

/// Characters that surely fit side by side in the widest column of the first sheet.
const FRONT_CHARACTERS: usize = 92;

/// What the workbook is, and a line for each sheet.
fn front(
    sheet: &mut Worksheet,
    report: &Report,
    tables: &[&DataTable<'_>],
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet.set_name("read me")?;
    sheet.set_column_width(0, 26)?.set_column_width(1, 12)?.set_column_width(2, 100)?;
    prepare_to_print(sheet);
    let facts = [
        ("Report", &report.report_id),
        ("Snapshot", &report.snapshot_id),
        ("Collected (UTC)", &report.collected_at),
        ("Evaluated by", &report.evaluator),
        ("Evidence", &report.opinion),
    ];
    let title = format!("{}: access review, {}", report.organization, report.period_words);
    sheet.write_string_with_format(0, 0, title, &looks.title)?;
    let mut at = 1;
    for (name, value) in facts {
        sheet.write_string_with_format(at, 0, name, &looks.text)?;
        // With hundreds of instances, what is said of the evidence is longer than a cell.
        let value = fitting(Cow::Borrowed(value), CUT_FRONT);
        sheet.write_string_with_format(at, 2, &value, &looks.wrapped)?;
        // Rows that come one by one are not made higher by what they hold.
        let height = LINE * count(value.chars().count().div_ceil(FRONT_CHARACTERS));
        sheet.set_row_height(at, height.min(HIGHEST))?;
        at += 1;
    }
    let note =
        "Times are UTC. Unknown is the word `unknown`; an empty cell says that there is none.";
    sheet.write_string_with_format(at, 2, note, &looks.wrapped)?;
    at += 2;
    for (place, name) in (0..).zip(["sheet", "rows", "a row is"]) {
        sheet.write_string_with_format(at, place, name, &looks.header)?;
    }
    for table in tables {
        at += 1;
        sheet.write_string_with_format(at, 0, table.file, &looks.text)?;
        sheet.write_number_with_format(at, 1, count(table.rows.len()), &looks.text)?;
        sheet.write_string_with_format(at, 2, table.about, &looks.wrapped)?;
        let n_lines = table.about.chars().count().div_ceil(FRONT_CHARACTERS);
        sheet.set_row_height(at, LINE * count(n_lines))?;
        if table.rows.len() > ROOM {
            let note = format!("{}: the first {ROOM} rows; all of them are in the CSV", table.file);
            at += 1;
            sheet.write_string_with_format(at, 2, note, &looks.wrapped)?;
        }
    }
    Ok(())
}

/// Landscape on A4, all columns side by side on one page, with the page and the sheet below.
fn prepare_to_print(sheet: &mut Worksheet) {
    const A4: u8 = 9;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&A&R&P / &N");
}

/// Rows that fit below a header.
const ROOM: usize = 1_048_575;

/// Characters that fit into a cell.
const CELL: usize = 32_767;

/// What stands at the end of a text that did not fit.
const CUT: &str = " … (longer than a cell holds; whole in the CSV)";

/// The same on the first sheet.
const CUT_FRONT: &str = " … (longer than a cell holds; whole in report.json)";

/// Points of the highest row that spreadsheets have.
const HIGHEST: f64 = 409.0;

/// Columns of a sheet whose texts are read to their end, and not looked up.
const WRAPPED: [(&str, &str); 3] =
    [("actions", "title"), ("actions", "sentence"), ("actions", "remediation")];

fn fill(sheet: &mut Worksheet, table: &DataTable<'_>, looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_name(table.file)?.set_freeze_panes(1, if table.columns.len() > 4 { 2 } else { 0 })?;
    prepare_to_print(sheet);
    sheet.set_repeat_rows(0, 0)?;
    let rows = || table.rows.iter().take(ROOM);
    let first: Vec<Row<'_>> = rows().take(ROWS_FOR_WIDTH).collect();
    let last = (u32::try_from(rows().len()).expect("fits"), place(table.columns.len() - 1));
    sheet.autofilter(0, 0, last.0, last.1)?;
    for (at, column) in table.columns.iter().enumerate() {
        sheet.set_column_width(place(at), width(column, at, &first))?;
        sheet.set_column_format(place(at), looks.of(table, column))?;
        colour(sheet, column, place(at), last.0, looks)?;
    }
    for (at, column) in table.columns.iter().enumerate() {
        sheet.write_string_with_format(0, place(at), column.name, &looks.header)?;
    }
    for (row, cells) in (1..).zip(rows()) {
        for (at, cell) in cells.cells().enumerate() {
            write(sheet, row, place(at), cell, table.columns[at].kind)?;
        }
    }
    Ok(())
}

fn place(at: usize) -> u16 {
    u16::try_from(at).expect("tables have few columns")
}

fn count(it: usize) -> f64 {
    f64::from(u32::try_from(it).unwrap_or(u32::MAX))
}

/// Rows that say how wide a column is.
const ROWS_FOR_WIDTH: usize = 200;

/// Wide enough for the header and for most of the first rows, and no wider than is read at a
/// glance.
fn width(column: &Column, at: usize, rows: &[Row<'_>]) -> f64 {
    if column.kind == "timestamp" {
        return 19.0;
    }
    let seen = rows.iter().map(|row| row.cell(at).text().chars().count());
    let widest = seen.max().unwrap_or_default().max(column.name.len() + 3);
    count(widest.clamp(8, 60)) + 1.0
}

/// Colours that follow the words, so that they stay right when a reader edits or pastes.
fn colour(
    sheet: &mut Worksheet,
    column: &Column,
    at: u16,
    last: u32,
    looks: &Looks,
) -> Result<(), XlsxError> {
    if last == 0 || !COLOURED.contains(&column.name) {
        return Ok(());
    }
    for (word, look) in &looks.words {
        let rule = ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::EqualTo(*word))
            .set_format(look);
        sheet.add_conditional_format(1, at, last, at, &rule)?;
    }
    Ok(())
}

/// The columns whose words have colours.
const COLOURED: [&str; 6] = ["severity", "verdict", "worst_severity", "state", "outcome", "result"];

fn write(
    sheet: &mut Worksheet,
    row: u32,
    at: u16,
    cell: Cell<'_>,
    kind: &str,
) -> Result<(), XlsxError> {
    match cell {
        Cell::None => {}
        Cell::Bool(it) => drop(sheet.write_boolean(row, at, it)?),
        // A number that a spreadsheet would round stays text.
        Cell::Int(it) => match i32::try_from(it) {
            Ok(it) => drop(sheet.write_number(row, at, it)?),
            Err(_) => drop(sheet.write_string(row, at, it.to_string())?),
        },
        Cell::Text(it) if is_moment(kind) => match date(&it) {
            Some(it) => drop(sheet.write_datetime(row, at, it)?),
            None => drop(sheet.write_string(row, at, fitting(it, CUT))?),
        },
        Cell::Text(it) if it.is_empty() => {}
        Cell::Text(it) => drop(sheet.write_string(row, at, fitting(it, CUT))?),
        Cell::Unknown => drop(sheet.write_string(row, at, cell.text())?),
    }
    Ok(())
}

/// Whether cells of a kind are dates for a spreadsheet.
fn is_moment(kind: &str) -> bool {
    ["timestamp", "date"].contains(&kind)
}

/// The instant as a spreadsheet counts it; none before 1900.
fn date(text: &str) -> Option<ExcelDateTime> {
    ExcelDateTime::parse_from_str(text).ok()
}

/// The text, or as much of it as a cell holds with `cut` at its end.
fn fitting(text: Cow<'_, str>, cut: &str) -> String {
    // No character takes more units than bytes.
    if text.len() <= CELL || text.encode_utf16().count() <= CELL {
        return text.into_owned();
    }
    // A character takes two units at most.
    let kept: String = text.chars().take(CELL / 2 - cut.len()).collect();
    kept + cut
}
