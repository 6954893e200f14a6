//! What exports write for the status and the kind of a person.

use std::collections::BTreeMap;

use super::{Kind, Status};

const STATUSES: &[(Status, &str)] = &[
    (
        Status::Active,
        "active, enabled, employed, current, working, confirmed, \
         on probation, probation, probationary, in probation, notice period, on notice, \
         under notice, serving notice, active employee, locked out, password expired, \
         recovery",
    ),
    (
        Status::Leave,
        "leave, on leave, loa, leave of absence, on leave of absence, parental leave, \
         maternity leave, maternity, paternity leave, paternity, medical leave, \
         sick leave, long term sick, sabbatical, on sabbatical, unpaid leave, paid leave, \
         garden leave, gardening leave, furlough, furloughed, long term absence",
    ),
    (
        Status::Terminated,
        "terminated, left, leaver, inactive, deactivated, disabled, suspended, archived, \
         offboarded, deprovisioned, former, former employee, ex employee, dismissed, \
         resigned, retired, deceased, separated, departed, ended, exited, fired, laid off, \
         redundant, quit, deleted",
    ),
    (
        Status::Future,
        "future, pre hire, prehire, pending start, pending hire, starting, \
         onboarding, not started, not yet started, upcoming, future hire, \
         staged, hire pending, offer accepted, preboarding, pre boarding",
    ),
    (Status::Unknown, "unknown, n a, none, null"),
];

/// Plain answers, which only a column called "active" or "enabled" asks for.
const ANSWERS: &[(Status, &str)] =
    &[(Status::Active, "true, yes, y, 1"), (Status::Terminated, "false, no, n, 0")];

const KINDS: &[(Kind, &str)] = &[
    (
        Kind::Employee,
        "employee, full time, fulltime, part time, parttime, permanent, regular, staff, \
         fte, internal, intern, internship, trainee, apprentice, working student, \
         fixed term, salaried, hourly, full time employee, part time employee, \
         regular employee, permanent employee",
    ),
    (
        Kind::Contractor,
        "contractor, contract, contingent, contingent worker, consultant, freelance, \
         freelancer, temporary, temp, temporary worker, agency, agency worker, \
         independent contractor, external worker, subcontractor, outsourced",
    ),
    (
        Kind::Service,
        "service, service account, bot, system, machine, robot, technical, \
         technical account, shared, shared account, functional, functional account, \
         non human, application",
    ),
    (
        Kind::External,
        "external, partner, guest, customer, supplier, client, vendor, third party, \
         external user",
    ),
];

/// The status that `word` means; none when nobody explained it.
///
/// `explained` are the configuration's own words, which go first; `header` is the column's.
pub(super) fn status(
    word: &str,
    header: &str,
    explained: &BTreeMap<String, String>,
) -> Option<Status> {
    let word = plain(word);
    if word.is_empty() {
        return Some(Status::Unknown);
    }
    let own = explained.iter().find(|it| plain(it.0) == word);
    let word = own.map_or(word, |it| it.1.clone());
    let header = plain(header);
    let asks = header.contains("active") || header.contains("enabled");
    let answers = ANSWERS.iter().filter(|_| asks && !header.contains("inactive"));
    STATUSES.iter().chain(answers).find(|it| has(it.1, &word)).map(|it| it.0)
}

/// What a person of the kind `word` is.
pub(super) fn kind(word: &str) -> Kind {
    let plain = plain(word);
    let known = KINDS.iter().find(|it| has(it.1, &plain));
    known.map_or_else(|| Kind::Unknown(word.to_owned()), |it| it.0.clone())
}

fn has(words: &str, word: &str) -> bool {
    words.split(", ").any(|it| it == word)
}

/// Lower case, with one blank for whatever parts the words.
fn plain(word: &str) -> String {
    let lower = word.to_lowercase();
    let parts = lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{KINDS, STATUSES, plain, status};
    use crate::config::RosterSource;
    use crate::roster::Status;

    #[test]
    fn words_count_whatever_their_case_and_hyphens() {
        let of = |it| status(it, "Status", &BTreeMap::new());
        assert_eq!(of("ACTIVE"), Some(Status::Active));
        assert_eq!(of(" Pre-Hire "), Some(Status::Future));
        assert_eq!(of("on_leave"), Some(Status::Leave));
        assert_eq!(of("Off-boarded"), None);
        assert_eq!(of(""), Some(Status::Unknown));
        assert_eq!(of("Retreat"), None);
    }

    #[test]
    fn yes_answers_only_the_question_that_was_asked() {
        let of = |word, header| status(word, header, &BTreeMap::new());
        assert_eq!(of("TRUE", "accountEnabled"), Some(Status::Active));
        assert_eq!(of("no", "Is active"), Some(Status::Terminated));
        assert_eq!(of("yes", "Terminated?"), None);
        assert_eq!(of("yes", "Inactive"), None);
    }

    #[test]
    fn the_configuration_explains_further_words() {
        let own = BTreeMap::from([("Garden-Leave".to_owned(), "terminated".to_owned())]);
        assert_eq!(status("garden leave", "Status", &own), Some(Status::Terminated));
    }

    #[test]
    fn no_word_means_two_things() {
        let statuses: Vec<_> = STATUSES.iter().flat_map(|it| it.1.split(", ")).collect();
        let kinds: Vec<_> = KINDS.iter().flat_map(|it| it.1.split(", ")).collect();
        for words in [statuses, kinds] {
            let mut once = words.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), words.len());
            assert!(words.iter().all(|it| plain(it) == *it));
        }
    }

    #[test]
    fn every_status_that_the_configuration_may_name_is_known() {
        for word in RosterSource::STATUSES {
            let known = status(word, "Status", &BTreeMap::new()).unwrap();
            assert_eq!(known.word(), *word);
        }
    }
}
