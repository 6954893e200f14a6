//! Attestations: who signed which access review, and what was stated.

use super::OscalSource;
use super::model::{AttestationPart, OscalAttestation};
use super::text::{NS, prop, prose, value};
use crate::report::reviews::{ReviewSummary, SignatureSummary};

/// An attestation for each signature under an access review.
pub(super) fn of(source: OscalSource<'_>) -> Vec<OscalAttestation> {
    let reviews = &source.report.reviews.campaigns;
    let signed = reviews.iter().flat_map(|it| it.signatures.iter().map(move |by| (it, by)));
    signed.map(|(review, by)| attestation(source, review, by)).collect()
}

fn attestation(
    source: OscalSource<'_>,
    review: &ReviewSummary,
    by: &SignatureSummary,
) -> OscalAttestation {
    let props = vec![
        prop("review", &review.campaign_id),
        prop("reviewed-report", &review.report_id),
        prop("signed-by", &by.name),
        prop("role", &by.role),
        prop("signed-at", &by.signed_at),
    ];
    OscalAttestation {
        parts: vec![AttestationPart {
            uuid: source.uuid("attestation", &[&review.campaign_id, &by.signed_at, &by.name]),
            name: "access-review",
            ns: NS,
            title: value(&format!("Access review of the accounts of {}", review.period)),
            props,
            prose: prose(&by.statements.join(" ")),
        }],
    }
}
