//! What may be stated of a campaign: sentences that its record bears out, and no others.

use super::decision::DecisionWord;
use super::status::CampaignStatus;
use crate::names::counted;

/// A sentence that a person may sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it is called on the command line.
    pub key: &'static str,
    /// The sentence.
    pub text: String,
}

/// The sentences that are true of a campaign.
pub fn statements(status: &CampaignStatus) -> Vec<Statement> {
    let told = how_far(status).into_iter().chain(what_came(status));
    told.map(|(key, text)| Statement { key, text }).collect()
}

/// How far the campaign is: one sentence.
fn how_far(status: &CampaignStatus) -> Option<(&'static str, String)> {
    let deferred = status.count(DecisionWord::Defer);
    let all = format!("the {} of campaign {}", lines(status.lines), status.campaign_id);
    let CampaignStatus { decided, open, .. } = *status;
    match (status.lines, open, deferred) {
        (0, ..) => None,
        (_, 0, 0) => Some(("all-decided", format!("All of {all} are decided."))),
        (_, 0, _) => {
            let is = are(deferred);
            Some(("all-answered", format!("All of {all} are answered; {deferred} {is} deferred.")))
        }
        _ => {
            let (done, left) = (are(decided), are(open));
            let text = format!("Of {all}, {decided} {done} decided and {open} {left} open.");
            Some(("decided-so-far", text))
        }
    }
}

/// What the decisions come to.
fn what_came(status: &CampaignStatus) -> Vec<(&'static str, String)> {
    if status.decided == 0 {
        return Vec::new();
    }
    let removed = DecisionWord::ALL
        .iter()
        .filter(|it| it.removes())
        .map(|it| status.count(*it))
        .sum::<usize>();
    let own = "No line was decided by the person who holds what it is about.".to_owned();
    let removals = match removed {
        0 => ("no-removals", "No decided line is to be revoked or changed.".to_owned()),
        n => ("removals", format!("{} {} to be revoked or changed.", lines(n), are(n))),
    };
    vec![("no-self-review", own), removals]
}

fn lines(n: usize) -> String {
    counted(&n.to_string(), "line")
}

fn are(n: usize) -> &'static str {
    if n == 1 { "is" } else { "are" }
}
