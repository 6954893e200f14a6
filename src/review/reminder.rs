//! A text to remind a reviewer with, as a mail that somebody else sends.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::campaign::Campaign;
use super::status::ReviewerStatus;

/// The mail as a file: `To`, `Subject` and the text; whoever sends it adds the worksheet.
pub fn reminder(campaign: &Campaign, status: &ReviewerStatus, overdue: bool) -> String {
    let subject = format!("Access review of {}, {}", campaign.organization, campaign.period);
    let word = |text: &str| {
        if text.is_ascii() {
            text.to_owned()
        } else {
            format!("=?UTF-8?B?{}?=", STANDARD.encode(text))
        }
    };
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
        one_line(&status.reviewer),
        word(&one_line(&subject)),
        lines.join("\r\n")
    )
}

/// No name adds a header of its own.
fn one_line(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}
