//! What people wrote: everything that the configuration names, read before anything is done.

use std::path::Path;

use super::Error;
use super::conclude::ReportOptions;
use super::meter::Meter;
use super::review::{self, ReviewError};
use crate::approvals::{self, Approvals};
use crate::baseline::{self, Baseline};
use crate::catalogue::Catalogue;
use crate::cli::ReportArgs;
use crate::config::{self, Config, source};
use crate::files;
use crate::input::InputFile;
use crate::json;
use crate::logo::{self, Logo};
use crate::report::formats;
use crate::report::template::Templates;
use crate::responses::{self, Responses};
use crate::review::{CampaignFiles, OpenedCampaign};
use crate::roster::{self, AsOfBasis, Roster, RosterFile};
use crate::signing::Signer;
use crate::waivers::{self, KnownNames, Waivers};

/// What people wrote.
pub(super) struct Inputs {
    pub(super) catalogue: Catalogue,
    pub(super) config: Config,
    pub(super) roster: Option<Roster>,
    pub(super) baseline: Option<Baseline>,
    pub(super) templates: Templates,
    pub(super) waivers: Option<Waivers>,
    pub(super) approvals: Option<Approvals>,
    pub(super) logo: Option<Logo>,
    pub(super) responses: Option<Responses>,
    /// The access reviews, the oldest first.
    pub(super) reviews: Vec<(OpenedCampaign, CampaignFiles)>,
    /// What packs are signed with.
    pub(super) signer: Option<Signer>,
    /// The days on which rosters were last written that say no day themselves.
    pub(super) file_times: Option<InputFile>,
}

impl Inputs {
    /// Reads everything that a configuration names.
    pub(super) fn read(catalogue: Catalogue, config: Config) -> Result<Self, Error> {
        let roster = roster::read(&config.rosters)?;
        let calendar = config.organization.calendar();
        let approvals =
            config.approvals.as_deref().map(|it| approvals::read(it, calendar)).transpose()?;
        let dir = config.output.templates.as_deref();
        let templates = dir.map_or_else(|| Ok(Templates::shipped()), Templates::with)?;
        let waivers = read_waivers(&catalogue, &config)?;
        let baseline = read_baseline(&config)?;
        let logo = read_logo(&config)?;
        let responses = config.responses.as_deref().map(responses::read).transpose()?;
        let reviews =
            OpenedCampaign::all_with_files(&review::root(&config)).map_err(ReviewError::from)?;
        let signer = config.signing.key.as_deref().map(Signer::read).transpose()?;
        let file_times = roster.as_ref().and_then(file_times);
        Ok(Self {
            catalogue,
            config,
            roster,
            baseline,
            templates,
            waivers,
            approvals,
            logo,
            responses,
            reviews,
            signer,
            file_times,
        })
    }

    /// Where the command line, or else the configuration, wants the pack, and what it is compared
    /// with.
    pub(super) fn options<'a>(
        &'a self,
        job: &'a ReportArgs,
        meter: &'a Meter,
    ) -> ReportOptions<'a> {
        let out = job.out.as_deref().unwrap_or(&self.config.output.dir);
        ReportOptions {
            out,
            fail_on: job.fail_on,
            previous: job.previous.as_deref(),
            pretended: None,
            meter,
            store: None,
        }
    }

    /// Reads the access reviews again, of which more may be there by now.
    pub(super) fn read_reviews(&mut self) -> Result<(), Error> {
        let root = review::root(&self.config);
        self.reviews = OpenedCampaign::all_with_files(&root).map_err(ReviewError::from)?;
        Ok(())
    }
}

/// Reads everything that is written by people, before anything is collected.
pub(super) fn read_inputs(path: &Path) -> Result<Inputs, Error> {
    let (catalogue, config) = configuration(path)?;
    Inputs::read(catalogue, config)
}

/// The days of the rosters that go by the time at which they were last written, which a copy does
/// not have; none where all say their days.
fn file_times(roster: &Roster) -> Option<InputFile> {
    let day = |file: &RosterFile| match file.as_of {
        Some((day, AsOfBasis::FileTime)) => Some(day.to_string()),
        _ => None,
    };
    let days: Vec<Option<String>> = roster.files.iter().map(day).collect();
    let known = days.iter().any(Option::is_some);
    known.then(|| InputFile::new("file-times.json", json::pretty(&days)))
}

/// Reads the waivers, where the configuration names some.
pub(super) fn read_waivers(
    catalogue: &Catalogue,
    config: &Config,
) -> Result<Option<Waivers>, waivers::Error> {
    let known = KnownNames { rules: catalogue.rules(), instances: &config.names() };
    config.waivers.as_ref().map(|it| waivers::read(it, known)).transpose()
}

/// Reads the baseline, where the configuration names one.
pub(super) fn read_baseline(config: &Config) -> Result<Option<Baseline>, Error> {
    let names = config.names();
    Ok(config.baseline.as_ref().map(|baseline| baseline::read(baseline, &names)).transpose()?)
}

/// Reads the logo, where the configuration names one.
pub(super) fn read_logo(config: &Config) -> Result<Option<Logo>, logo::Error> {
    config.branding.logo.as_deref().map(logo::read).transpose()
}

/// Reads the rules that the organization wrote, and then the configuration, which speaks of them.
pub(super) fn configuration(path: &Path) -> Result<(Catalogue, Config), Error> {
    let written = source::ConfigSource::read(path)?;
    let catalogue = Catalogue::load(written.rules_dir().as_deref())?;
    let known = config::Known { rules: &catalogue.words(), formats: &formats::words() };
    let config = written.check(&known).map_err(source::Error::from)?;
    files::made_for(config.output.readers);
    Ok((catalogue, config))
}
