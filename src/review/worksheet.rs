//! Worksheets: a workbook and a CSV file for each reviewer.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, DataValidation,
    DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    ProtectionOptions, Workbook, Worksheet, XlsxError,
};

use super::campaign::{Campaign, CampaignError, OpenedCampaign};
use super::columns::{COLUMNS, DECISION, Holds, PRINTED, REASON, REASONS, safe};
use super::decision::DecisionWord;
use super::delimited::delimited;
use super::grouped::{self, KEEP_ALL};
use super::line::ReviewLine;
use crate::files;

/// The sheet that reviewers fill in.
pub(super) const SHEET: &str = "review";

/// The folder of the worksheets.
const WORKSHEETS: &str = "worksheets";

/// The lines that nobody may decide.
const UNASSIGNED: &str = "unassigned.csv";

/// Writes the worksheets of every reviewer below the folder of a campaign, and returns where they
/// lie; beside their folder the lines without a reviewer, where there are any.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write_worksheets(opened: &OpenedCampaign) -> Result<Vec<PathBuf>, CampaignError> {
    let folder = opened.folder.join(WORKSHEETS);
    let failed = |path: &PathBuf| {
        let path = path.clone();
        move |source| CampaignError::Io { deed: "write", path, source }
    };
    files::make_folder(&folder).map_err(failed(&folder))?;
    let unassigned: Vec<_> = opened.lines.iter().filter(|it| it.reviewer.is_empty()).collect();
    if !unassigned.is_empty() {
        let path = opened.folder.join(UNASSIGNED);
        let text = as_csv(&opened.campaign, &unassigned);
        files::write_whole(&path, &text).map_err(failed(&path))?;
    }
    let mut res = Vec::new();
    let mut names = BTreeMap::new();
    for reviewer in opened.lines.reviewers() {
        let lines: Vec<&ReviewLine> = opened.lines.of_reviewer(reviewer).collect();
        let name = file_name(reviewer, &mut names);
        let csv = folder.join(format!("{name}.csv"));
        files::write_whole(&csv, &as_csv(&opened.campaign, &lines)).map_err(failed(&csv))?;
        let xlsx = folder.join(format!("{name}.xlsx"));
        let bytes = as_workbook(&opened.campaign, reviewer, &lines);
        let bytes = bytes.map_err(std::io::Error::other).map_err(failed(&xlsx))?;
        files::write_whole(&xlsx, &bytes).map_err(failed(&xlsx))?;
        res.extend([csv, xlsx]);
    }
    Ok(res)
}

/// A file's name for a reviewer, which no other has.
fn file_name(reviewer: &str, taken: &mut BTreeMap<String, u32>) -> String {
    let plain = |it: char| if it.is_ascii_alphanumeric() || ".@_-".contains(it) { it } else { '-' };
    let name: String = reviewer.to_lowercase().chars().map(plain).take(80).collect();
    let name = name.trim_matches(['.', '-']).to_owned();
    let count = taken.entry(name.clone()).or_default();
    *count += 1;
    if *count == 1 { name } else { format!("{name}-{count}") }
}

fn as_csv(campaign: &Campaign, lines: &[&ReviewLine]) -> Vec<u8> {
    let header = COLUMNS.iter().map(|it| it.header.to_owned()).collect();
    let rows = lines.iter().map(|line| COLUMNS.iter().map(|it| it.cell(campaign, line)).collect());
    delimited(std::iter::once::<Vec<String>>(header).chain(rows))
}

fn as_workbook(
    campaign: &Campaign,
    reviewer: &str,
    lines: &[&ReviewLine],
) -> Result<Vec<u8>, XlsxError> {
    let looks = Looks::new();
    let mut book = Workbook::new();
    // The same campaign is the same bytes.
    let opened = campaign.opened_at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let properties = DocProperties::new()
        .set_title(format!("{}: access review {}", campaign.organization, campaign.campaign_id))
        .set_author(&campaign.program)
        .set_creation_datetime(&ExcelDateTime::parse_from_str(&opened)?);
    book.set_properties(&properties);
    review_sheet(book.add_worksheet(), campaign, lines, &looks)?;
    read_me(book.add_worksheet(), campaign, reviewer, lines, &looks)?;
    book.save_to_buffer()
}

/// How cells look.
struct Looks {
    title: Format,
    header: Format,
    answer_header: Format,
    fact: Format,
    answer: Format,
    words: Vec<(DecisionWord, Format)>,
}

impl Looks {
    fn new() -> Self {
        let paper = |back: u32, ink: u32| {
            Format::new().set_background_color(Color::RGB(back)).set_font_color(Color::RGB(ink))
        };
        let text = Format::new().set_align(FormatAlign::Top).set_text_wrap();
        let header = Format::new()
            .set_bold()
            .set_align(FormatAlign::Top)
            .set_text_wrap()
            .set_font_color(Color::White)
            .set_border_bottom(FormatBorder::Thin);
        Self {
            title: Format::new().set_bold().set_font_size(16),
            answer_header: header.clone().set_background_color(Color::RGB(0x6B_4A_00)),
            header: header.set_background_color(Color::RGB(0x1F_3A_5F)),
            answer: text
                .clone()
                .set_unlocked()
                .set_num_format("@")
                .set_background_color(Color::RGB(0xFF_FB_EF))
                .set_border(FormatBorder::Hair),
            fact: text.set_num_format("@"),
            words: vec![
                (DecisionWord::Keep, paper(0xDC_EE_DF, 0x1D_50_2B)),
                (DecisionWord::Revoke, paper(0xF6_D5_D2, 0x7A_1C_14)),
                (DecisionWord::Change, paper(0xFB_EB_C8, 0x6B_4A_00)),
                (DecisionWord::Waive, paper(0xFB_EB_C8, 0x6B_4A_00)),
                (DecisionWord::Defer, paper(0xE6_E8_EC, 0x3A_42_4C)),
            ],
        }
    }
}

/// The lines: facts that are locked, and cells to fill in.
fn review_sheet(
    sheet: &mut Worksheet,
    campaign: &Campaign,
    lines: &[&ReviewLine],
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet.set_name(SHEET)?.set_freeze_panes(1, 2)?;
    let last = u32::try_from(lines.len()).unwrap_or(u32::MAX).max(1);
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    sheet.set_print_area(0, 0, last, place(PRINTED - 1))?.set_repeat_rows(0, 0)?;
    sheet.set_footer("&L&A&R&P / &N").set_row_height(0, LINE_HEIGHT * 1.2)?;
    for (at, column) in COLUMNS.iter().enumerate() {
        let at = place(at);
        sheet.set_column_width(at, f64::from(column.width))?;
        let Holds::Answer(help) = column.holds else {
            sheet.write_string_with_format(0, at, column.header, &looks.header)?;
            continue;
        };
        sheet.write_string_with_format(0, at, column.header, &looks.answer_header)?;
        if let Some(rule) = validation(column.header, help)? {
            sheet.add_data_validation(1, at, last, at, &rule)?;
        }
        if column.header == DECISION {
            for (word, look) in &looks.words {
                let rule = ConditionalFormatCell::new()
                    .set_rule(ConditionalFormatCellRule::EqualTo(word.word()))
                    .set_format(look);
                sheet.add_conditional_format(1, at, last, at, &rule)?;
            }
        }
    }
    for (row, line) in (1..).zip(lines) {
        let mut n_lines = 1;
        for (at, column) in COLUMNS.iter().enumerate() {
            let cell = column.cell(campaign, line);
            n_lines = n_lines.max(lines_of(&cell, column.width));
            match column.holds {
                Holds::Answer(_) => sheet.write_blank(row, place(at), &looks.answer)?,
                Holds::Fact(_) => {
                    sheet.write_string_with_format(row, place(at), &cell, &looks.fact)?
                }
            };
        }
        sheet.set_row_height(row, LINE_HEIGHT * f64::from(n_lines))?;
    }
    sheet.autofilter(0, 0, last, place(COLUMNS.len() - 1))?;
    let may = ProtectionOptions {
        sort: true,
        use_autofilter: true,
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::default()
    };
    sheet.protect_with_options(&may);
    Ok(())
}

/// The number of A4 among the sizes of paper.
const A4: u8 = 9;

/// The height of a line of text, in points.
const LINE_HEIGHT: f64 = 15.0;

/// Lines that a text takes in a column of so many characters, where words stay whole.
fn lines_of(text: &str, width: u16) -> u16 {
    let width = usize::from(width).saturating_sub(1).max(1);
    let mut n_lines = 1;
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            n_lines += 1;
            used = 0;
        }
        n_lines += length.saturating_sub(1) / width;
        used += length % width + usize::from(used > 0);
    }
    u16::try_from(n_lines).unwrap_or(u16::MAX).min(20)
}

/// What may be chosen in a column of answers.
fn validation(header: &str, help: &str) -> Result<Option<DataValidation>, XlsxError> {
    let list = |words: &[&str]| DataValidation::new().allow_list_strings(words);
    let rule = match header {
        DECISION => {
            let words: Vec<&str> =
                DecisionWord::ALL.iter().map(|it| it.word()).chain([KEEP_ALL]).collect();
            list(&words)?
                .set_error_title("Not a decision")?
                .set_error_message("Choose keep, revoke, change, waive, defer or keep all.")?
        }
        // Any other reason may be written.
        REASON => list(REASONS)?.set_error_style(DataValidationErrorStyle::Information),
        _ => return Ok(None),
    };
    Ok(Some(rule.set_input_title(header)?.set_input_message(help)?))
}

/// Characters in a line of instructions.
const READ_ME_WIDTH: u16 = 100;

/// What to do, in plain words.
fn read_me(
    sheet: &mut Worksheet,
    campaign: &Campaign,
    reviewer: &str,
    lines: &[&ReviewLine],
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet
        .set_name("read me")?
        .set_column_width(0, 18)?
        .set_column_width(1, f64::from(READ_ME_WIDTH))?;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    let title = format!("{}: access review {}", campaign.organization, campaign.period);
    sheet.write_string_with_format(0, 0, title, &looks.title)?;
    let facts = [
        ("Reviewer", reviewer.to_owned()),
        ("Lines", lines.len().to_string()),
        ("Due", campaign.due.to_string()),
        ("Scope", campaign.scope.clone()),
        ("Facts as of", campaign.collected_at.format("%Y-%m-%d %H:%M UTC").to_string()),
        ("Campaign", campaign.campaign_id.clone()),
        ("Report", campaign.report_id.clone()),
    ];
    let steps = [
        "Each row of the sheet `review` is one thing that somebody may do. Decide about each of them \
         in the column Decision; the facts beside it are locked.",
        "What is empty is open. Send the file back as often as you like: what is decided is taken, \
         the rest stays open.",
        "If a line is not yours to decide, leave it empty and say so to whoever sent you the file. \
         You never decide about your own access.",
        "Do not add, remove or sort apart the cells of a row; rows may be sorted and filtered.",
    ];
    let mut row = 2;
    let wrapped = &looks.fact;
    for (name, value) in &facts {
        sheet.write_string_with_format(row, 0, *name, wrapped)?;
        sheet.write_string_with_format(row, 1, safe(value), wrapped)?;
        row += 1;
    }
    row += 1;
    for (at, step) in steps.iter().enumerate() {
        sheet.write_string_with_format(row, 0, format!("{}.", at + 1), wrapped)?;
        sheet.write_string_with_format(row, 1, *step, wrapped)?;
        sheet.set_row_height(row, LINE_HEIGHT * f64::from(lines_of(step, READ_ME_WIDTH)))?;
        row += 1;
    }
    row += 1;
    let words = DecisionWord::ALL.iter().map(|it| (it.word(), it.meaning()));
    for (word, meaning) in words.chain([(KEEP_ALL, grouped::MEANING)]) {
        sheet.write_string_with_format(row, 0, word, wrapped)?;
        sheet.write_string_with_format(row, 1, meaning, wrapped)?;
        row += 1;
    }
    sheet.protect();
    Ok(())
}

fn place(at: usize) -> u16 {
    u16::try_from(at).expect("a worksheet has few columns")
}
