//! How names and addresses are compared: neither case nor spaces tell two of them apart.

use crate::address;

/// The one spelling of a name or an address: lower case, without spaces at its ends, and with one
/// blank where several spaces stand; an address as [`address::normal`] has it.
pub fn fold(text: &str) -> String {
    if text.contains('@') {
        return address::normal(text).into_owned();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The host in an address, without its scheme, port and path, in lower case.
pub fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |it| it.1);
    rest.split(['/', ':']).next().unwrap_or_default().trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{fold, host_of};

    #[test]
    fn an_address_has_a_host() {
        let urls = ["https://Retool.acme.test:8443/x", "retool.acme.test/x", " retool.acme.test "];
        assert!(urls.iter().all(|it| host_of(it) == "retool.acme.test"));
    }

    #[test]
    fn case_and_spaces_tell_nothing_apart() {
        let spellings = [" Refund  Makers", "refund\u{a0}makers ", "REFUND\tMAKERS"];
        assert!(spellings.iter().all(|it| fold(it) == "refund makers"));
        assert_eq!(fold("RefundMakers"), "refundmakers");
        assert_eq!(fold(" \n"), "");
    }
}
