//! How names and addresses are compared: neither case nor spaces tell two of them apart.

/// The one spelling of a name or an address: lower case, without spaces at its ends, and with one
/// blank where several spaces stand.
pub fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_and_spaces_tell_nothing_apart() {
        let spellings = [" Refund  Makers", "refund\u{a0}makers ", "REFUND\tMAKERS"];
        assert!(spellings.iter().all(|it| fold(it) == "refund makers"));
        assert_eq!(fold("RefundMakers"), "refundmakers");
        assert_eq!(fold(" \n"), "");
    }
}
