//! What is wrong with a file that a person wrote: all of it, each with its place.

use std::fmt;

/// Everything wrong with one file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems {
    /// The file's name as the reader knows it.
    pub file: String,
    /// At least one, in the order in which the file is checked.
    pub list: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key path, `instance[1].url`, or the line.
    pub at: String,
    /// What is wrong there, to be read after `at`.
    pub what: String,
    /// What to do about it, where that is known.
    pub help: Option<String>,
}

/// The one of `known` that the author of `word` may have meant.
///
/// Case, `_` and blanks count for nothing; a known word that begins with `word` and a hyphen
/// is near too.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |it: &str| it.trim().to_lowercase().replace(['_', ' '], "-");
    let word = plain(word);
    let reach = word.chars().count().max(3) / 3;
    let distance = |it: &str| match plain(it) {
        it if !word.is_empty() && it.starts_with(&format!("{word}-")) => 1,
        it => strsim::osa_distance(&word, &it),
    };
    let near = known.into_iter().map(|it| (distance(it), it)).filter(|it| it.0 <= reach);
    near.min_by_key(|it| it.0).map(|it| it.1)
}

/// The help line that goes with [`suggest`].
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    suggest(word, known).map(|it| format!("did you mean `{it}`?"))
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.list.len();
        let plural = if n == 1 { "" } else { "s" };
        write!(f, "`{}` has {n} problem{plural}", self.file)?;
        let width = self.list.iter().map(|it| it.at.chars().count()).max().unwrap_or(0);
        for Problem { at, what, help } in &self.list {
            write!(f, "\n  {at:width$}  {what}")?;
            if let Some(help) = help {
                write!(f, "\n  {:width$}  help: {help}", "")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, Problems, suggest};

    #[test]
    fn problems_stand_in_columns() {
        let problem = |at: &str, what: &str, help: Option<&str>| Problem {
            at: at.to_owned(),
            what: what.to_owned(),
            help: help.map(str::to_owned),
        };
        let list = vec![
            problem("instance[1].url", "must start with https", None),
            problem("rules.dormant-usr", "is not a rule", Some("did you mean `dormant-user`?")),
        ];
        let problems = Problems { file: "audit.toml".to_owned(), list };
        insta::assert_snapshot!(problems, @r"
        `audit.toml` has 2 problems
          instance[1].url    must start with https
          rules.dormant-usr  is not a rule
                             help: did you mean `dormant-user`?
        ");
    }

    #[test]
    fn the_nearest_word_is_suggested_and_a_far_one_is_not() {
        let known = ["name", "token-env", "token-file", "requests-per-minute"];
        assert_eq!(suggest("token_env", known), Some("token-env"));
        assert_eq!(suggest("Nmae", known), Some("name"));
        assert_eq!(suggest("requests", known), Some("requests-per-minute"));
        assert_eq!(suggest("colour", known), None);
        assert_eq!(suggest("", known), None);
    }
}
