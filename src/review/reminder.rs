//! A text to remind a reviewer with, as a mail that somebody else sends.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::campaign::Campaign;
use super::status::ReviewerStatus;
use crate::names::one_line;

/// The mail as a file: `To`, `Subject` and the text; whoever sends it adds the worksheet.
pub fn reminder(campaign: &Campaign, status: &ReviewerStatus, overdue: bool) -> String {
    let subject = format!("Access review of {}, {}", campaign.organization, campaign.period);
    let lines = if status.open == 1 { "line is" } else { "lines are" };
    let when = if overdue { "They were due on" } else { "They are due on" };
    let when = match (status.open, overdue) {
        (1, true) => "It was due on",
        (1, false) => "It is due on",
        _ => when,
    };
    let body = format!(
        "Of your {} lines in the access review of Retool, {} {lines} open. {when} {}.\n\n\
         Please decide about each of them in the worksheet that you were sent, and send the file \
         back. What is decided already stays as it is.\n\n\
         Campaign {}, facts as of {}.\n",
        status.lines,
        status.open,
        campaign.due,
        campaign.campaign_id,
        campaign.collected_at.format("%Y-%m-%d %H:%M UTC"),
    );
    let encoded = STANDARD.encode(body.replace('\n', "\r\n"));
    let lines: Vec<_> = encoded.as_bytes().chunks(76).map(String::from_utf8_lossy).collect();
    format!(
        "To: {}\r\nSubject: {}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        // No name adds a header of its own.
        one_line(&status.reviewer),
        header(&one_line(&subject)),
        lines.join("\r\n")
    )
}

/// A header's text in ASCII: as it is, or in encoded words on lines of at most 76 characters (RFC 2047).
fn header(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = vec![String::new()];
    for it in text.chars() {
        if words.last().is_none_or(|word| word.len() + it.len_utf8() > MOST_BYTES) {
            words.push(String::new());
        }
        words.last_mut().expect("one was added").push(it);
    }
    let words: Vec<_> =
        words.iter().map(|it| format!("=?UTF-8?B?{}?=", STANDARD.encode(it))).collect();
    words.join("\r\n ")
}

/// Bytes of text in one encoded word: in Base64, with its frame and `Subject: ` before it, they make
/// 73 characters of the 76 that a line may have.
const MOST_BYTES: usize = 39;

#[cfg(test)]
mod tests {
    use super::header;

    #[test]
    fn a_long_name_in_any_script_is_folded_and_none_of_its_letters_is_cut() {
        assert_eq!(header("Access review of Acme"), "Access review of Acme");
        let name = "Überprüfung der Zugänge, 株式会社サンプル貨物運送ホールディングス, 2026-11";
        let told = header(name);
        assert!(told.lines().all(|it| it.len() <= 67 && it.is_ascii()), "{told}");
        let mut mail = std::process::Command::new("python3");
        let read = "import sys, email.header as h; \
                    print(h.make_header(h.decode_header(sys.argv[1])))";
        let read = mail.args(["-c", read, &told]).env("PYTHONUTF8", "1").output();
        let read = read.expect("python3 is there");
        assert_eq!(String::from_utf8(read.stdout).expect("text").trim_end(), name);
    }
}
