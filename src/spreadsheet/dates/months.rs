//! The names of months in the languages that exports come in.

/// By month: English, German, French and Spanish, without accents and in lower case.
const NAMES: [&str; 12] = [
    "january januar janner janvier enero",
    "february februar fevrier febrero",
    "march marz maerz mrz mars marzo",
    "april avril abril",
    "may mai mayo",
    "june juni juin junio",
    "july juli juillet julio",
    "august aout agosto",
    "september septembre septiembre setiembre",
    "october oktober octobre octubre",
    "november novembre noviembre",
    "december dezember decembre diciembre",
];

/// The month that a word names, by its first three letters at least; none where several begin so.
pub(super) fn number(word: &str) -> Option<u32> {
    let word = crate::names::unaccented(word.trim_end_matches('.'));
    if word.chars().count() < 3 {
        return None;
    }
    let begins = |names: &str| names.split(' ').any(|it| it.starts_with(&word));
    let mut found = (1..).zip(NAMES).filter(|it| begins(it.1));
    let first = found.next()?;
    found.next().is_none().then_some(first.0)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn months_are_known_in_four_languages_and_never_guessed() {
        let words = "Jan Jänner févr. Mär mars Mrz. avr. abr MAI mayo juin Juni juil. août ago. \
            Sept. set Okt oct Dez déc dic";
        let known: Vec<_> = words.split_whitespace().map(number).collect();
        let months = [1, 1, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 8, 9, 9, 10, 10, 12, 12, 12];
        assert_eq!(known, months.map(Some));
        assert_eq!(["ma", "jui", "ju", "x", "", "mo"].map(number), [None; 6]);
    }
}
