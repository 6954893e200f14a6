//! A message that is posted to an address, in the form that its receiver takes.

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::masks::Masks;
use super::words::Message;
use super::{LIMITS, read};
use crate::config::notify::{Webhook, WebhookFormat};
use crate::digest;
use crate::outbound::{Outbound, OutboundRequest};
use crate::secret::SecretKind;

/// The header with the signature of the body.
const SIGNATURE: &str = "x-retool-audit-signature";

/// Characters that Slack shows of one block, less what escapes take.
const BLOCK: usize = 2_500;

/// Posts a message.
///
/// # Errors
///
/// Why the receiver does not have it; never with the address or a secret.
pub(super) async fn tell(webhook: &Webhook, message: &Message<'_>) -> Result<(), String> {
    let url = read(&webhook.url, SecretKind::Address).await?;
    let mut masks = Masks::default().and(&url);
    let body = body(webhook.format, message);
    let mut headers = Vec::new();
    if let Some(it) = &webhook.secret {
        let key = read(it, SecretKind::Key).await?;
        let signed = digest::keyed(key.expose_secret().as_bytes(), &body);
        headers.push((SIGNATURE, format!("sha256={signed}").into()));
        masks = masks.and(&key);
    }
    let request = OutboundRequest::of("application/json", "*/*", body);
    let request = OutboundRequest { headers, ..request };
    let service = Outbound::secured(url.expose_secret())
        .map_err(|it| masks.because("no message was sent", &it.to_string()))?;
    let answer = service.send(request, LIMITS).await;
    let answer = answer.map_err(|it| masks.because("no message arrived", &it.to_string()))?;
    if answer.is_done() {
        return Ok(());
    }
    let reason = format!("the answer is HTTP {}", answer.status);
    Err(masks.because(&reason, &String::from_utf8_lossy(&answer.body)))
}

fn body(format: WebhookFormat, message: &Message<'_>) -> Vec<u8> {
    let res = match format {
        WebhookFormat::Slack => serde_json::to_vec(&slack(message)),
        WebhookFormat::Teams => serde_json::to_vec(&teams(message)),
        WebhookFormat::Json => serde_json::to_vec(&message.facts),
    };
    res.expect("plain values serialise")
}

/// Blocks of plain text, in which nothing is markup.
fn slack(message: &Message<'_>) -> Value {
    let Message { head, lines, findings, foot, .. } = message;
    let text = |text: &str| json!({ "type": "plain_text", "text": escaped(text), "emoji": false });
    let mut blocks = vec![json!({ "type": "header", "text": text(&cut(head, 140)) })];
    let parts = [vec![lines.join("\n")], chunks(findings), vec![foot.clone()]];
    let parts = parts.iter().flatten().filter(|it| !it.is_empty());
    blocks.extend(parts.map(|it| json!({ "type": "section", "text": text(it) })));
    // What a notification shows; the blocks stand in its place elsewhere.
    let short = escaped(&format!("{head}\n{}", lines.join("\n")));
    json!({
        "text": short,
        "mrkdwn": false,
        "unfurl_links": false,
        "unfurl_media": false,
        "blocks": blocks,
    })
}

/// The three signs by which Slack finds mentions and links.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Lines in as few texts as a block takes.
fn chunks(lines: &[String]) -> Vec<String> {
    let mut res: Vec<String> = Vec::new();
    for line in lines {
        match res.last_mut() {
            Some(it) if it.len() + line.len() < BLOCK => {
                it.push('\n');
                it.push_str(line);
            }
            _ => res.push(line.clone()),
        }
    }
    res
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A card of runs of text, which know no markup.
fn teams(message: &Message<'_>) -> Value {
    let Message { head, lines, findings, foot, .. } = message;
    // Braces in pairs are functions of the card.
    let plain = |text: &str| text.replace("{{", "{ {").replace("${", "$ {");
    let block = |text: &str, weight: &str| {
        let run = json!({ "type": "TextRun", "text": plain(text), "weight": weight });
        json!({ "type": "RichTextBlock", "inlines": [run] })
    };
    let mut body = vec![block(head, "Bolder")];
    let rest = lines.iter().chain(findings).chain([foot]);
    body.extend(rest.map(|it| block(it, "Default")));
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
            },
        }],
    })
}
