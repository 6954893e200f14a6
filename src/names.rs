//! How names and addresses are compared: neither case nor spaces count.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use url::{ParseError, Url};

use crate::address;

/// The one spelling of a name or an address: lower case, without spaces at its ends, and with one
/// blank where several spaces stand; an address as [`address::normal`] has it.
pub fn fold(text: &str) -> String {
    folded(text).into_owned()
}

/// As [`fold`], without a copy of what is in that spelling already, as most ids and addresses are.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.contains('@') {
        address::normal(text)
    } else if text.bytes().all(|it| it.is_ascii_graphic() && !it.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
    }
}

/// Lower case without accents, as people type words of languages that have them: `Prénom` and
/// `prenom` are one.
pub fn unaccented(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let bare = text.nfkd().filter(|it| !is_combining_mark(*it));
    bare.flat_map(char::to_lowercase).collect::<String>().replace('ß', "ss")
}

/// What stands between names where several are one text.
pub const BETWEEN: &str = "; ";

/// Several names as one text that can be read in one way only: a name that holds what stands
/// between names is in quotes.
pub fn listed<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let mut res = String::new();
    for (at, name) in names.into_iter().enumerate() {
        let name = name.as_ref();
        res.push_str(if at == 0 { "" } else { BETWEEN });
        if name.contains(BETWEEN) || name.starts_with('"') || name.is_empty() {
            write!(res, "{name:?}").expect("text grows");
        } else {
            res.push_str(name);
        }
    }
    res
}

/// Words as a sentence lists them, `a`, `a and b` or `a, b and c`; none where there is none.
pub fn and_list<T: AsRef<str>>(words: &[T]) -> Option<String> {
    let (last, first) = words.split_last()?;
    let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
    Some(match first.as_slice() {
        [] => last.as_ref().to_owned(),
        first => format!("{} and {}", first.join(", "), last.as_ref()),
    })
}

/// As [`and_list`], of [`first_few`].
pub fn and_few<T: AsRef<str>>(words: &[T], most: usize) -> Option<String> {
    and_list(&first_few(words, most))
}

/// No more than so many of the words, and then how many more there are: a sentence that names
/// hundreds is not read.
pub fn first_few<T: AsRef<str>>(words: &[T], most: usize) -> Vec<Cow<'_, str>> {
    let (named, rest) = words.split_at(words.len().min(most));
    let more = (!rest.is_empty()).then(|| format!("{} more", rest.len()).into());
    named.iter().map(|it| Cow::Borrowed(it.as_ref())).chain(more).collect()
}

/// How many of what: `1 account`, `2 accounts`; `count` may be a word for what is not known.
pub fn counted(count: &str, one: &str) -> String {
    format!("{count} {one}{}", if count == "1" { "" } else { "s" })
}

/// A text on one line, without what controls a terminal.
pub fn one_line(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}

/// How a text begins that some spreadsheet runs; Japanese ones take the wide signs too.
pub const FORMULA: [char; 12] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// A text as a spreadsheet may read it: what begins like a formula gets a `'` in front.
pub fn without_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) { format!("'{text}").into() } else { text.into() }
}

/// What an instance is called today; `renamed` has the names of before, in one spelling.
pub fn of_today<'a>(name: &'a str, renamed: &'a BTreeMap<String, String>) -> &'a str {
    renamed.get(&fold(name)).map_or(name, String::as_str)
}

/// What stands in place of an instance where none is meant, or all are.
pub const ALL: &str = "all";

/// Why nothing can be an instance's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidName {
    /// It holds other signs than names may hold, or is too short or too long.
    Signs,
    /// It means something else: [`ALL`], a file beside the folders of instances, or a device to
    /// systems that read it as a file's name.
    Taken,
}

/// Why `name` cannot be an instance's: names become parts of paths, and cells of tables.
pub fn misnomer(name: &str) -> Option<InvalidName> {
    let fits = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    let ends = name.starts_with(['.', '-']) || name.ends_with('.');
    if name.is_empty() || name.len() > 64 || ends || !name.chars().all(fits) {
        return Some(InvalidName::Signs);
    }
    let lower = name.to_ascii_lowercase();
    let device = lower.split('.').next().unwrap_or_default();
    let port = device.strip_prefix("com").or(device.strip_prefix("lpt"));
    let port = port.is_some_and(|it| it.len() == 1 && it.bytes().all(|it| it.is_ascii_digit()));
    let device = port || ["con", "prn", "aux", "nul"].contains(&device);
    let taken = device || [ALL, "snapshot.json"].contains(&&*lower);
    taken.then_some(InvalidName::Taken)
}

/// What the instances are called, and what they were called before.
#[derive(Clone, Debug, Default)]
pub struct InstanceNames {
    today: Vec<String>,
    /// Each earlier name, as the configuration writes it, with today's.
    former: Vec<(String, String)>,
}

/// The instance that a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceName<'a> {
    /// What it is called today.
    pub today: &'a str,
    /// Whether the word is what it was called before.
    pub formerly: bool,
}

impl InstanceNames {
    /// The names of today, and those of then, each with the one of today.
    pub fn of(today: &[&str], former: impl IntoIterator<Item = (String, String)>) -> Self {
        let today = today.iter().map(|it| (*it).to_owned()).collect();
        Self { today, former: former.into_iter().collect() }
    }

    /// The instance that `word` means by today's name or by an earlier one.
    pub fn find(&self, word: &str) -> Option<InstanceName<'_>> {
        let word = fold(word);
        let today = self.today.iter().find(|it| fold(it) == word);
        let former = || {
            let mut all = self.former.iter();
            all.find(|it| fold(&it.0) == word).map(|it| (&it.1, true))
        };
        let (today, formerly) = today.map(|it| (it, false)).or_else(former)?;
        Some(InstanceName { today, formerly })
    }

    /// What the instance that is called `today` was called before.
    pub fn before(&self, today: &str) -> Vec<String> {
        let those = self.former.iter().filter(|it| it.1 == today);
        those.map(|it| it.0.clone()).collect()
    }

    /// The names of today.
    pub fn today(&self) -> impl Iterator<Item = &str> {
        self.today.iter().map(String::as_str)
    }
}

/// The host in an address, without its scheme, port and path, in lower case; one of IP version 6
/// with its brackets, letters beyond ASCII as the domain name system has them. What is no address
/// stays as it is.
pub fn host_of(address: &str) -> String {
    let text = address.trim();
    let host = parse_address(text).ok().and_then(|url| url.host_str().map(str::to_lowercase));
    host.unwrap_or_else(|| text.to_lowercase())
}

/// An address that may leave out `https://`.
///
/// # Errors
///
/// When it is none.
pub fn parse_address(text: &str) -> Result<Url, ParseError> {
    if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("https://{text}")) }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{InvalidName, and_few, first_few, fold, folded, host_of, misnomer};

    #[test]
    fn a_sentence_names_a_few_and_counts_the_rest() {
        assert_eq!(and_few(&["a", "b", "c"], 3).unwrap(), "a, b and c");
        assert_eq!(and_few(&["a", "b", "c"], 2).unwrap(), "a, b and 1 more");
        assert_eq!(and_few::<&str>(&[], 2), None);
        assert_eq!(first_few(&["a", "b", "c", "d"], 1), ["a", "3 more"]);
    }

    #[test]
    fn an_instance_has_a_name_that_nothing_else_has() {
        let good = ["prod", "EU-1", "a..b", "aside", "_x", "9", "allied", "con1", "lpt10"];
        assert!(good.iter().all(|it| misnomer(it).is_none()));
        let long = "x".repeat(65);
        let signs = ["", ".", "..", ".x", "-x", "one.", "a/b", "a\\b", "a b", "=1+1", "ü", &long];
        assert!(signs.iter().all(|sign| misnomer(sign) == Some(InvalidName::Signs)));
        let taken =
            ["all", "ALL", "snapshot.json", "Snapshot.JSON", "con", "NUL.x", "com1", "lpt9"];
        assert!(taken.iter().all(|it| misnomer(it) == Some(InvalidName::Taken)));
    }

    #[test]
    fn an_address_has_a_host() {
        let urls = ["https://Retool.acme.test:8443/x", "retool.acme.test/x", " retool.acme.test "];
        assert!(urls.iter().all(|url| host_of(url) == "retool.acme.test"));
        assert_eq!(host_of("http://[::1]:3000/x"), "[::1]");
        assert_eq!(host_of("2001:db8::7"), "2001:db8::7");
        assert_eq!(host_of("https://b\u{fc}cher.test"), "xn--bcher-kva.test");
        assert_eq!(["", " not a host "].map(host_of), ["", "not a host"]);
    }

    #[test]
    fn case_and_spaces_tell_nothing_apart() {
        let spellings = [" Refund  Makers", "refund\u{a0}makers ", "REFUND\tMAKERS"];
        assert!(spellings.iter().all(|spelling| fold(spelling) == "refund makers"));
        assert_eq!(fold("RefundMakers"), "refundmakers");
        assert_eq!(fold(" \n"), "");
        assert!(matches!(folded("user_1f-2"), Cow::Borrowed("user_1f-2")));
    }
}
