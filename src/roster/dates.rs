//! Dates as exports write them; what can be read in two ways is settled per column or refused.

use chrono::NaiveDate;

/// Which number of `03/04/2025` is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The third of April.
    DayFirst,
    /// The fourth of March.
    MonthFirst,
}

/// A value with the line where it stands.
pub(crate) type Placed<'a> = (u64, &'a str);

/// Why a column has no order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Doubt<'a> {
    /// The first value that both orders read, each as another day.
    Ambiguous(Placed<'a>),
    /// A value that only the day first makes sense of, and one that only the month first does.
    Mixed(Placed<'a>, Placed<'a>),
}

const MONTHS: &str =
    "january february march april may june july august september october november december";

/// Words for "there is none".
const NONE: &[&str] = &["-", "n/a", "na", "none", "null", "nil", "0000-00-00"];

/// The order of a column's values; any will do where none of them needs one.
pub(crate) fn order<'a>(values: impl Iterator<Item = Placed<'a>>) -> Result<Order, Doubt<'a>> {
    let (mut day_first, mut month_first, mut open) = (None, None, None);
    for value in values {
        let readings = [Order::DayFirst, Order::MonthFirst].map(|it| date(value.1, it));
        let seen = match readings {
            [Some(one), Some(other)] if one != other => &mut open,
            [Some(_), None] => &mut day_first,
            [None, Some(_)] => &mut month_first,
            _ => continue,
        };
        seen.get_or_insert(value);
    }
    match (day_first, month_first, open) {
        (Some(one), Some(other), _) => Err(Doubt::Mixed(one, other)),
        (None, None, Some(value)) => Err(Doubt::Ambiguous(value)),
        (None, Some(_), _) => Ok(Order::MonthFirst),
        (_, None, _) => Ok(Order::DayFirst),
    }
}

/// Whether the cell says that there is no date.
pub(super) fn is_none(text: &str) -> bool {
    text.is_empty() || NONE.contains(&text.to_lowercase().as_str())
}

/// The day that `text` names, a time beside it left aside; none when it is not a date.
///
/// The order matters only where slashes or hyphens part three numbers and the year comes last.
pub(crate) fn date(text: &str, order: Order) -> Option<NaiveDate> {
    let text = without_time(text.trim());
    let parts: Vec<&str> =
        text.split(['.', '/', '-', ',', ' ']).filter(|it| !it.is_empty()).collect();
    let &[first, second, third] = &parts[..] else { return None };
    if first.len() == 4 && number(first).is_some() {
        return day(first, month(second)?, third);
    }
    let month_first = order == Order::MonthFirst && !text.contains('.');
    match (number(first), number(second)) {
        (None, _) => day(third, month(first)?, second),
        (_, None) => day(third, month(second)?, first),
        _ if month_first => day(third, month(first)?, second),
        _ => day(third, month(second)?, first),
    }
}

fn without_time(text: &str) -> &str {
    let before = text.split_once(':').and_then(|it| it.0.rsplit_once(['T', ' ']));
    before.map_or(text, |it| it.0)
}

fn day(year: &str, month: u32, day: &str) -> Option<NaiveDate> {
    let year = if year.len() == 4 { number(year)? } else { return None };
    let day = if day.len() <= 2 { number(day)? } else { return None };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn month(text: &str) -> Option<u32> {
    let word = text.to_lowercase();
    let named = MONTHS.split(' ').position(|it| word.len() >= 3 && it.starts_with(&word));
    let named = named.and_then(|it| u32::try_from(it + 1).ok());
    named.or_else(|| number(text).filter(|_| text.len() <= 2))
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{Doubt, Order, date, order};

    #[test]
    fn dates_are_read_as_exports_write_them() {
        let pictures = "2025-12-31|2025/12/31|2025-12-31T23:59:59Z|2025-12-31 00:00:00|31.12.2025|\
            1.2.2025|31 Dec 2025|31-dec-2025|31 December 2025|Dec 31, 2025|Sept 1 2025|12/31/2025|\
            12/31/2025 12:00:00 AM|1 Dec 2025 00:00|31/12/2025|03-04-2025|31/12/25|20251231|45992|\
            31.02.2025|soon|ma 1 2025|";
        let shown = |it, order| date(it, order).map_or("–".to_owned(), |it| it.to_string());
        let line = |it| {
            let (day, month) = (shown(it, Order::DayFirst), shown(it, Order::MonthFirst));
            format!("{it:24} {day:10} {month}")
        };
        let lines: Vec<_> = pictures.split('|').map(line).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        2025-12-31               2025-12-31 2025-12-31
        2025/12/31               2025-12-31 2025-12-31
        2025-12-31T23:59:59Z     2025-12-31 2025-12-31
        2025-12-31 00:00:00      2025-12-31 2025-12-31
        31.12.2025               2025-12-31 2025-12-31
        1.2.2025                 2025-02-01 2025-02-01
        31 Dec 2025              2025-12-31 2025-12-31
        31-dec-2025              2025-12-31 2025-12-31
        31 December 2025         2025-12-31 2025-12-31
        Dec 31, 2025             2025-12-31 2025-12-31
        Sept 1 2025              2025-09-01 2025-09-01
        12/31/2025               –          2025-12-31
        12/31/2025 12:00:00 AM   –          2025-12-31
        1 Dec 2025 00:00         2025-12-01 2025-12-01
        31/12/2025               2025-12-31 –
        03-04-2025               2025-04-03 2025-03-04
        31/12/25                 –          –
        20251231                 –          –
        45992                    –          –
        31.02.2025               –          –
        soon                     –          –
        ma 1 2025                –          –
                                 –          –
        ");
    }

    #[test]
    fn one_value_settles_the_order_of_a_column() {
        assert_eq!(order_of(&["03/04/2025", "31/12/2025"]), Ok(Order::DayFirst));
        assert_eq!(order_of(&["03/04/2025", "12/31/2025"]), Ok(Order::MonthFirst));
        assert_eq!(order_of(&["2025-03-04", "05/05/2025", "soon"]), Ok(Order::DayFirst));
    }

    #[test]
    fn a_column_that_nothing_settles_is_refused() {
        let mixed = order_of(&["31/12/2025", "03/04/2025", "12/31/2025"]);
        assert_eq!(mixed, Err(Doubt::Mixed((2, "31/12/2025"), (4, "12/31/2025"))));
        let ambiguous = order_of(&["05/05/2025", "03/04/2025", "2025-12-31", "01.02.2025"]);
        assert_eq!(ambiguous, Err(Doubt::Ambiguous((3, "03/04/2025"))));
    }

    proptest! {
        #[test]
        fn every_day_survives_every_spelling(n in 1..1_000_000_i32) {
            let day = NaiveDate::from_num_days_from_ce_opt(n).unwrap();
            let spellings = [
                ("%Y-%m-%d", Order::MonthFirst),
                ("%Y/%m/%d", Order::DayFirst),
                ("%d.%m.%Y", Order::MonthFirst),
                ("%-d %B %Y", Order::MonthFirst),
                ("%b %-d, %Y", Order::DayFirst),
                ("%d/%m/%Y", Order::DayFirst),
                ("%m/%d/%Y", Order::MonthFirst),
            ];
            for (spelling, order) in spellings {
                let text = day.format(spelling).to_string();
                prop_assert_eq!(date(&text, order), Some(day), "{}", text);
            }
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            let day = date(&text, Order::DayFirst);
            prop_assert!(day.is_none() || text.contains(|it: char| it.is_ascii_digit()));
        }
    }

    fn order_of<'a>(values: &[&'a str]) -> Result<Order, Doubt<'a>> {
        order((2..).zip(values.iter().copied()))
    }
}
