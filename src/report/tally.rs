//! Counts over all instances that say on how many of them they are known.

use serde::Serialize;

use super::table::UNKNOWN;

/// A count over all instances, of which some may not have given their lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The sum over the instances where it is known: of all of them there are at least so many.
    pub at_least: u64,
    /// Instances where it is known; where there is none, nothing at all is known.
    pub known_on: usize,
    /// All instances.
    pub instances: usize,
}

impl Tally {
    /// The sum of what is known of each instance.
    pub fn of(counts: impl Iterator<Item = Option<u64>>) -> Self {
        let mut res = Self::default();
        for count in counts {
            res.instances += 1;
            res.known_on += usize::from(count.is_some());
            res.at_least += count.unwrap_or_default();
        }
        res
    }

    /// The sum where anything is known.
    pub fn known(self) -> Option<u64> {
        (self.known_on > 0).then_some(self.at_least)
    }

    /// The count in words: `125`, `at least 93`, `unknown`.
    pub fn words(self) -> String {
        match self.known() {
            None => UNKNOWN.to_owned(),
            Some(it) if self.known_on < self.instances => format!("at least {it}"),
            Some(it) => it.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_instance_gave_is_not_zero_and_what_some_gave_is_not_all() {
        let cases: &[&[Option<u64>]] =
            &[&[None], &[Some(0)], &[Some(59), Some(34)], &[Some(59), None, Some(34)], &[]];
        let line =
            |it: &&[Option<u64>]| format!("{it:?}: {}", Tally::of(it.iter().copied()).words());
        insta::assert_snapshot!(cases.iter().map(line).collect::<Vec<_>>().join("\n"), @"
        [None]: unknown
        [Some(0)]: 0
        [Some(59), Some(34)]: 93
        [Some(59), None, Some(34)]: at least 93
        []: unknown
        ");
    }
}
