//! What days become.

use chrono::NaiveDate;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::{DateCell, DateDoubt, DateReading, DateSurvey, order};
use crate::calendar::Calendar;
use crate::config::DateOrder::{self, DayFirst, MonthFirst};

fn reading(order: Option<DateOrder>) -> DateReading {
    DateReading { order, ..DateReading::default() }
}

fn show(text: &str, order: DateOrder) -> String {
    match reading(Some(order)).cell(text) {
        DateCell::Open => "open".to_owned(),
        DateCell::Day(it) => it.to_string(),
        DateCell::Unreadable => "–".to_owned(),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a line for each spelling")]
fn dates_are_read_as_exports_write_them() {
    let pictures = "2025-12-31|2025/12/31|2025-12-31T23:59:59|2025-12-31 00:00:00|2025-12-31+01:00|\
        2019-01-07-08:00|2025-12-31Z|2025-12-31T22:00:00.000Z|2025-12-31 22:00:00 +0200|20251231|\
        46022|46022.75|31.12.2025|1.2.2025|1. 2. 2025|31 Dec 2025|31-dec-25|31-Dec-2025|\
        31 December 2025|Dec 31, 2025|December 31, 2025 10:00 PM|Sept 1 2025|31. Dezember 2025|\
        1er janvier 2025|31 de diciembre de 2025|15-mär-26|31st Dec 2025|12/31/2025|\
        12/31/2025 12:00:00 AM|12/31/2025 4:00:00 AM +00:00|1 Dec 2025 00:00|31/12/2025|31/12/25|\
        03-04-2025|03/04/68|03/04/69|31.02.2025|soon|ma 1 2025|jui 1 2025|2025-12-31 soon:|12345|\
        1/2/3";
    let line = |it| format!("{it:28} {:10} {}", show(it, DayFirst), show(it, MonthFirst));
    let lines: Vec<_> = pictures.split('|').map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    2025-12-31                   2025-12-31 2025-12-31
    2025/12/31                   2025-12-31 2025-12-31
    2025-12-31T23:59:59          2025-12-31 2025-12-31
    2025-12-31 00:00:00          2025-12-31 2025-12-31
    2025-12-31+01:00             2025-12-31 2025-12-31
    2019-01-07-08:00             2019-01-07 2019-01-07
    2025-12-31Z                  2025-12-31 2025-12-31
    2025-12-31T22:00:00.000Z     2025-12-31 2025-12-31
    2025-12-31 22:00:00 +0200    2025-12-31 2025-12-31
    20251231                     2025-12-31 2025-12-31
    46022                        2025-12-31 2025-12-31
    46022.75                     2025-12-31 2025-12-31
    31.12.2025                   2025-12-31 2025-12-31
    1.2.2025                     2025-02-01 2025-02-01
    1. 2. 2025                   2025-02-01 2025-02-01
    31 Dec 2025                  2025-12-31 2025-12-31
    31-dec-25                    2025-12-31 2025-12-31
    31-Dec-2025                  2025-12-31 2025-12-31
    31 December 2025             2025-12-31 2025-12-31
    Dec 31, 2025                 2025-12-31 2025-12-31
    December 31, 2025 10:00 PM   2025-12-31 2025-12-31
    Sept 1 2025                  2025-09-01 2025-09-01
    31. Dezember 2025            2025-12-31 2025-12-31
    1er janvier 2025             2025-01-01 2025-01-01
    31 de diciembre de 2025      2025-12-31 2025-12-31
    15-mär-26                    2026-03-15 2026-03-15
    31st Dec 2025                2025-12-31 2025-12-31
    12/31/2025                   –          2025-12-31
    12/31/2025 12:00:00 AM       –          2025-12-31
    12/31/2025 4:00:00 AM +00:00 –          2025-12-31
    1 Dec 2025 00:00             2025-12-01 2025-12-01
    31/12/2025                   2025-12-31 –
    31/12/25                     2025-12-31 –
    03-04-2025                   2025-04-03 2025-03-04
    03/04/68                     2068-04-03 2068-03-04
    03/04/69                     1969-04-03 1969-03-04
    31.02.2025                   –          –
    soon                         –          –
    ma 1 2025                    –          –
    jui 1 2025                   –          –
    2025-12-31 soon:             –          –
    12345                        –          –
    1/2/3                        –          –
    ");
}

#[test]
fn an_open_end_has_many_words_and_days() {
    let open = "|-|N/A|#N/A|Present|never|Current|ongoing|unbefristet|0000-00-00|00/00/0000|\
        1/0/1900|\
        01/01/1900|1900-01-01|12/31/9999|9999-12-31|2999-12-31|0|12/31/1600";
    for it in open.split('|') {
        assert_eq!(reading(Some(MonthFirst)).cell(it), DateCell::Open, "{it}");
    }
    assert_eq!(reading(None).cell("1970-01-01"), DateCell::Unreadable);
    assert_eq!(reading(None).cell("TBD"), DateCell::Unreadable);
}

#[test]
fn one_value_settles_the_order_of_a_file() {
    let settled = |columns: &[&[&'static str]]| order(&surveys(columns), None);
    assert_eq!(settled(&[&["03/04/2025", "31/12/2025"]]), Ok(Some(DayFirst)));
    assert_eq!(settled(&[&["03/04/2025"], &["12/31/2025"]]), Ok(Some(MonthFirst)));
    assert_eq!(settled(&[&["2025-03-04"], &["05/05/2025"], &["soon", ""]]), Ok(None));
    assert_eq!(order(&surveys(&[&["03/04/2025"]]), Some(DayFirst)), Ok(Some(DayFirst)));
}

#[test]
fn a_file_that_nothing_settles_is_refused() {
    let doubt = |columns: &[&[&'static str]], stated| order(&surveys(columns), stated).unwrap_err();
    let mixed = doubt(&[&["31/12/2025"], &["03/04/2025", "12/31/2025"]], None);
    assert_eq!(mixed, [(0, DateDoubt::Mixed((2, "31/12/2025"), (3, "12/31/2025")))]);
    let ambiguous = doubt(&[&["05/05/2025"], &["03/04/2025"]], None);
    assert_eq!(ambiguous, [(1, DateDoubt::Ambiguous((2, "03/04/2025")))]);
    let against = doubt(&[&["12/31/2025"]], Some(DayFirst));
    assert_eq!(against, [(0, DateDoubt::Against((2, "12/31/2025"), DayFirst))]);
}

/// What a program in between may have swapped is refused; what it cannot have is read.
#[test]
fn two_spellings_in_one_column_are_refused_where_days_may_be_swapped() {
    let refused: [&[&str]; 6] = [
        &["10.05.2026", "06/30/2026"],
        &["30/06/2026", "2026-05-10"],
        &["46143", "06/30/2026"],
        &["06/30/26", "05/10/2026"],
        &["30-06-2026", "10/05/2026"],
        &["20260510", "06/30/2026"],
    ];
    for column in refused {
        let doubts = order(&surveys(&[column]), None).unwrap_err();
        assert!(matches!(doubts[0].1, DateDoubt::Spellings(..)), "{column:?}: {doubts:?}");
    }
    let read: [&[&str]; 5] = [
        &["2027-01-31", "10/15/2026", "06/30/2026"],
        &["2019-01-07", "07-Jan-19"],
        &["2026-05-10", "2026-05-10T00:00:00Z", "2026/05/11"],
        &["2026-05-10", "01/01/1900", "N/A"],
        &["05.05.2026", "05/05/2026"],
    ];
    for column in read {
        assert!(order(&surveys(&[column]), None).is_ok(), "{column:?}");
    }
}

#[test]
fn a_moment_is_a_day_where_the_organization_is() {
    let in_zone = |zone: &str, column: &[&'static str]| {
        let survey = &surveys(&[column])[0];
        let calendar = Calendar::new(zone.parse().unwrap());
        let reading = DateReading { order: None, calendar, midnights: survey.midnights() };
        format!("{:?}", column.iter().map(|it| reading.cell(it)).collect::<Vec<_>>())
    };
    insta::assert_snapshot!([
        in_zone("Europe/Berlin", &["2026-10-14T22:00:00.000Z", "2026-01-14T23:00:00.000Z"]),
        in_zone("America/New_York", &["2026-10-15T04:00:00Z"]),
        // Whole columns of midnights are days that a program wrote as moments.
        in_zone("America/New_York", &["2026-10-15T00:00:00Z", "2026-06-30T00:00:00Z"]),
        in_zone("America/New_York", &["2026-10-15T00:00:00Z", "2026-06-30T09:30:00Z"]),
    ].join("\n"), @"
    [Day(2026-10-15), Day(2026-01-15)]
    [Day(2026-10-15)]
    [Day(2026-10-15), Day(2026-06-30)]
    [Day(2026-10-14), Day(2026-06-30)]
    ");
}

proptest! {
    #[test]
    fn every_day_survives_every_spelling(n in 700_000..760_000_i32) {
        let day = NaiveDate::from_num_days_from_ce_opt(n).unwrap();
        let spellings = [
            ("%Y-%m-%d", MonthFirst),
            ("%Y/%m/%d", DayFirst),
            ("%Y%m%d", DayFirst),
            ("%d.%m.%Y", MonthFirst),
            ("%-d %B %Y", MonthFirst),
            ("%b %-d, %Y", DayFirst),
            ("%d-%b-%Y", DayFirst),
            ("%d/%m/%Y", DayFirst),
            ("%m/%d/%Y", MonthFirst),
            ("%m/%d/%Y 12:00:00 AM", MonthFirst),
        ];
        for (spelling, order) in spellings {
            let text = day.format(spelling).to_string();
            prop_assert_eq!(reading(Some(order)).cell(&text), DateCell::Day(day), "{}", text);
        }
    }

    #[test]
    fn no_text_breaks_the_reader(text in any::<String>()) {
        let day = reading(Some(DayFirst)).cell(&text);
        let digits = text.contains(|it: char| it.is_ascii_digit());
        prop_assert!(!matches!(day, DateCell::Day(_)) || digits);
    }
}

fn surveys<'a>(columns: &[&[&'a str]]) -> Vec<DateSurvey<'a>> {
    let survey = |it: &&[&'a str]| DateSurvey::of((2..).zip(it.iter().copied()));
    columns.iter().map(survey).collect()
}
