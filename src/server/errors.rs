//! The whole error → status table.

use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::{AccountError, Refusal, Refused};
use crate::devices::{self, DeviceError};
use crate::editing::proposals::{DecisionError, ProposalRefusal};
use crate::editing::{ChangesetError, EditError, Refusal as EditRefusal};
use crate::files::{self, FileError};
use crate::http::problem::request_id;
use crate::http::{Problem, ProblemKind};
use crate::identity::Denied;
use crate::imports::{self, ImportsError};
use crate::mail::MailError;
use crate::organisations::{self, OrganisationError};
use crate::store::{Passing, StoreError};
use crate::supply::NoSituation;
use crate::texts::{Fault, Faults, Tell};
use crate::upkeep::{self, UpkeepError};
use crate::views::{self, ViewError};
use crate::work::{Busy, Ended};

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Anonymous | Denied::NotSignedIn => Self::of(ProblemKind::Unauthenticated, &denied),
            _ => Self::of(ProblemKind::Forbidden, &denied),
        }
    }
}

impl From<Busy> for Problem {
    fn from(_: Busy) -> Self {
        Self::of(ProblemKind::Busy, &Unable::Busy).after(3)
    }
}

impl From<Ended> for Problem {
    fn from(ended: Ended) -> Self {
        match ended {
            // Nobody hears it.
            Ended::GivenUp => Self::of(ProblemKind::Busy, &Unable::GivenUp).after(1),
            Ended::TooCostly => Self::of(ProblemKind::TooCostly, &Unable::TooCostly),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                tracing::warn!(id = request_id(), %error, "the database is not available");
                Self::of(ProblemKind::DatabaseUnavailable, &Unable::NoDatabase).after(5)
            }
            StoreError::Passing { state, .. } => {
                tracing::warn!(id = request_id(), %error, "the database cannot do it now");
                Self::from(state)
            }
            StoreError::WentBack(_) => Self::loading(),
            StoreError::Collision => Self::of(ProblemKind::Collision, &Unable::Collision),
            StoreError::Taken { .. } => {
                tracing::warn!(id = request_id(), %error, "two changes at the same moment");
                Self::of(ProblemKind::Collision, &Unable::Collision)
            }
            StoreError::Uncertain => {
                tracing::warn!(id = request_id(), %error, "the database was lost during a commit");
                Self::of(ProblemKind::OutcomeUnknown, &Unable::Uncertain).after(10)
            }
            other => Self::internal(&other),
        }
    }
}

impl From<Passing> for Problem {
    fn from(state: Passing) -> Self {
        match state {
            Passing::ReadOnly => Self::of(ProblemKind::DatabaseReadOnly, &Unable::ReadOnly).after(10),
            Passing::Full => Self::of(ProblemKind::DatabaseFull, &Unable::Full).after(60),
            Passing::TooSlow => Self::of(ProblemKind::DatabaseSlow, &Unable::Slow).after(5),
        }
    }
}

impl From<EditError> for Problem {
    fn from(error: EditError) -> Self {
        match error {
            EditError::UnknownCollection { .. } | EditError::NotFound { .. } | EditError::UnknownChangeset { .. } => {
                Self::not_found(&error)
            }
            EditError::Stale { .. } => Self::of(ProblemKind::Stale, &error),
            EditError::PreconditionMissing => Self::of(ProblemKind::PreconditionRequired, &error),
            EditError::Invalid(faults) => Self::invalid(faults),
            EditError::Denied(denied) => denied.into(),
            EditError::ReferenceTaken => Self::of(ProblemKind::Duplicate, &error),
            EditError::CannotWait => Self::of(ProblemKind::Forbidden, &error),
            EditError::UndoneAlready { .. } | EditError::ChangedSince { .. } => {
                Self::of(ProblemKind::CannotUndo, &error)
            }
            EditError::Store(error) => error.into(),
            EditError::Lagging(_) => Self::of(ProblemKind::Lagging, &Unable::Lagging),
        }
    }
}

/// Everything that is wrong with a changeset as one problem: of the kind that all reasons have, or 400 where they differ.
/// The code of each says its own.
impl From<ChangesetError> for Problem {
    fn from(error: ChangesetError) -> Self {
        let refusals = match error {
            ChangesetError::Failed(error) => return error.into(),
            ChangesetError::Refused(refusals) => refusals,
        };
        let (mut problems, mut faults) = (Vec::new(), Faults::default());
        for EditRefusal { pointer, error } in refusals {
            let mut problem = Self::from(error);
            if let Some(detail) = problem.detail.take() {
                faults.push(Fault::new(pointer, problem.kind.name(), detail));
            }
            faults.append(std::mem::take(&mut problem.errors));
            problems.push(problem);
        }
        let mut all = Self::invalid(faults);
        if let Some((first, others)) = problems.split_first()
            && others.iter().all(|other| other.kind == first.kind)
        {
            all.kind = first.kind;
        }
        all
    }
}

impl From<DecisionError> for Problem {
    fn from(error: DecisionError) -> Self {
        match error {
            DecisionError::Refused(refusal) => refusal.into(),
            DecisionError::Conflict(faults) => {
                Self { errors: faults, ..Self::of(ProblemKind::Conflict, &ProposalRefusal::Outdated) }
            }
            DecisionError::Edits(error) => error.into(),
            DecisionError::Invalid(faults) => Self::invalid(faults),
            DecisionError::Denied(denied) => denied.into(),
            DecisionError::Store(error) => error.into(),
            DecisionError::Lagging(lagging) => EditError::Lagging(lagging).into(),
        }
    }
}

impl From<ProposalRefusal> for Problem {
    fn from(refusal: ProposalRefusal) -> Self {
        let kind = match &refusal {
            ProposalRefusal::NoProposal => ProblemKind::NotFound,
            ProposalRefusal::Own | ProposalRefusal::NotOwn => ProblemKind::Forbidden,
            ProposalRefusal::Decided { .. }
            | ProposalRefusal::Outdated
            | ProposalRefusal::Changed { .. }
            | ProposalRefusal::Gone { .. }
            | ProposalRefusal::There { .. } => ProblemKind::Conflict,
        };
        Self::of(kind, &refusal)
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Refused(refusal) => refusal.into(),
            AccountError::OpenId(refused) => refused.into(),
            AccountError::Shut(shut) => Self::of(ProblemKind::LinkShut, &shut),
            AccountError::Invalid(faults) => Self::invalid(faults),
            AccountError::Denied(denied) => denied.into(),
            AccountError::Busy(busy) => busy.into(),
            AccountError::Mail(MailError::Store(error)) | AccountError::Store(error) => error.into(),
            AccountError::Mail(error) => Self::internal(&error),
            AccountError::Lagging(lagging) => EditError::Lagging(lagging).into(),
        }
    }
}

impl From<OrganisationError> for Problem {
    fn from(error: OrganisationError) -> Self {
        match error {
            OrganisationError::Refused(refusal) => refusal.into(),
            OrganisationError::Invalid(faults) => Self::invalid(faults),
            OrganisationError::Denied(denied) => denied.into(),
            OrganisationError::Store(error) => error.into(),
            OrganisationError::Lagging(lagging) => EditError::Lagging(lagging).into(),
        }
    }
}

impl From<organisations::Refusal> for Problem {
    fn from(refusal: organisations::Refusal) -> Self {
        use organisations::Refusal as R;
        let field = match &refusal {
            R::NoRole { .. } | R::NotForKind { .. } => "/role",
            R::AreaBeyond => "/area",
            _ => "",
        };
        let kind = match &refusal {
            R::NoOrganisation | R::NoMembership | R::NoToken | R::NoAccount => ProblemKind::NotFound,
            R::NameTaken | R::MemberAlready | R::TokenNameTaken => ProblemKind::Conflict,
            R::VersionMissing => ProblemKind::PreconditionRequired,
            R::Stale => ProblemKind::Stale,
            R::NoRole { .. }
            | R::NotForKind { .. }
            | R::AreaBeyond
            | R::NoKind { .. }
            | R::NoCollection { .. }
            | R::BadKeys
            | R::BadOutline
            | R::BadExpiry
            | R::TwoOwners => return Self::invalid(Fault::new(field, "refused", &refusal)),
        };
        Self::of(kind, &refusal)
    }
}

impl From<DeviceError> for Problem {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::Refused(refusal) => refusal.into(),
            DeviceError::Invalid(faults) => Self::invalid(faults),
            DeviceError::Denied(denied) => denied.into(),
            DeviceError::Busy(busy) => busy.into(),
            DeviceError::Store(error) => error.into(),
            DeviceError::Lagging(lagging) => EditError::Lagging(lagging).into(),
        }
    }
}

impl From<devices::Refusal> for Problem {
    fn from(refusal: devices::Refusal) -> Self {
        use devices::Refusal as R;
        let kind = match &refusal {
            R::NoDevice | R::NoOrganisation | R::NotEnrolled => ProblemKind::NotFound,
            R::NoCrews => return Self::invalid(Fault::new("/organisation", "refused", &refusal)),
            R::CodeRefused | R::PinWrong => ProblemKind::Forbidden,
            R::TooEarly { .. } => ProblemKind::TooManyRequests,
        };
        let problem = Self::of(kind, &refusal);
        match refusal {
            R::TooEarly { seconds } => problem.after(seconds),
            _ => problem,
        }
    }
}

impl From<ViewError> for Problem {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Refused(refusal) => {
                let kind = match refusal {
                    views::Refusal::TooMany { .. } => ProblemKind::Conflict,
                    _ => ProblemKind::NotFound,
                };
                Self::of(kind, &refusal)
            }
            ViewError::Invalid(faults) => Self::invalid(faults),
            ViewError::Store(error) => error.into(),
        }
    }
}

impl From<NoSituation> for Problem {
    fn from(none: NoSituation) -> Self {
        match none {
            NoSituation::Busy(busy) => busy.into(),
            NoSituation::Ended(ended) => ended.into(),
        }
    }
}

impl From<ImportsError> for Problem {
    fn from(error: ImportsError) -> Self {
        use imports::Refusal as R;
        match error {
            ImportsError::Refused(refusal) => {
                let kind = match refusal {
                    R::NoImport | R::NoRow | R::NoReport => ProblemKind::NotFound,
                    R::NotNow | R::Stale | R::TooMany { .. } => ProblemKind::Conflict,
                    R::MayNoLonger => ProblemKind::Forbidden,
                    R::TooLarge { .. } => ProblemKind::TooLarge,
                    R::EmptyFile => ProblemKind::InvalidInput,
                    R::BrokenOff => ProblemKind::BodyUnread,
                };
                Self::of(kind, &refusal)
            }
            ImportsError::Invalid(faults) => Self::invalid(faults),
            ImportsError::Denied(denied) => denied.into(),
            ImportsError::Blob(error) => Self::internal(&error),
            ImportsError::Store(error) => error.into(),
            ImportsError::Edit(error) => error.into(),
            ImportsError::Busy(busy) => busy.into(),
            ImportsError::Export(error) => Self::internal(&error),
            ImportsError::Disk(error) => Self::internal(&error),
            ImportsError::Lagging(lagging) => EditError::Lagging(lagging).into(),
        }
    }
}

impl From<UpkeepError> for Problem {
    fn from(error: UpkeepError) -> Self {
        match error {
            UpkeepError::Refused(refusal) => refusal.into(),
            UpkeepError::Invalid(faults) => Self::invalid(faults),
            UpkeepError::Denied(denied) => denied.into(),
            UpkeepError::Store(error) => error.into(),
            UpkeepError::Lagging(lagging) => EditError::Lagging(lagging).into(),
        }
    }
}

impl From<upkeep::Refusal> for Problem {
    fn from(refusal: upkeep::Refusal) -> Self {
        use upkeep::Refusal as R;
        let kind = match &refusal {
            R::NoObject | R::NoDefect | R::NoOutage | R::NoOrganisation => ProblemKind::NotFound,
            R::IdTaken | R::Resolved | R::Over => ProblemKind::Conflict,
            R::VersionMissing => ProblemKind::PreconditionRequired,
            R::Stale => ProblemKind::Stale,
        };
        Self::of(kind, &refusal)
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Refused(refusal) => refusal.into(),
            FileError::Invalid(faults) => Self::invalid(faults),
            FileError::Denied(denied) => denied.into(),
            FileError::Busy(busy) => busy.into(),
            FileError::Blob(error) => Self::internal(&error),
            FileError::Disk(error) => Self::internal(&error),
            FileError::Store(error) => error.into(),
            FileError::Lagging(lagging) => EditError::Lagging(lagging).into(),
        }
    }
}

impl From<files::Refusal> for Problem {
    fn from(refusal: files::Refusal) -> Self {
        use files::Refusal as R;
        let kind = match &refusal {
            R::NoObject | R::NoFile | R::NoDefect => ProblemKind::NotFound,
            R::IdTaken | R::Removed | R::TooMany { .. } => ProblemKind::Conflict,
            R::VersionMissing => ProblemKind::PreconditionRequired,
            R::Stale => ProblemKind::Stale,
            R::NoPhotos | R::NoDocuments | R::Format | R::Heic => ProblemKind::MediaType,
            R::TooManyPixels { .. } | R::TooLarge { .. } => ProblemKind::TooLarge,
            R::Broken | R::Empty => ProblemKind::InvalidInput,
            R::BrokenOff => ProblemKind::BodyUnread,
        };
        Self::of(kind, &refusal)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = match &refusal {
            Refusal::Refused
            | Refusal::WrongCode
            | Refusal::NotBegun
            | Refusal::PasskeyRefused
            | Refusal::PasskeyNotAsked => ProblemKind::Unauthenticated,
            Refusal::WrongPassword | Refusal::SignInAgain | Refusal::FactorRequired | Refusal::FactorLinkNeeded => {
                ProblemKind::Forbidden
            }
            Refusal::TooEarly { .. } => ProblemKind::TooManyRequests,
            Refusal::NoAccount
            | Refusal::NoSession
            | Refusal::NoOrganisation
            | Refusal::NoPasskey
            | Refusal::NoSite => ProblemKind::NotFound,
            Refusal::MailTaken
            | Refusal::NoFactor
            | Refusal::FactorExists
            | Refusal::PasskeyKnown
            | Refusal::TooManyPasskeys { .. }
            | Refusal::LastAdministrator => ProblemKind::Conflict,
            Refusal::Field { .. }
            | Refusal::SameMail
            | Refusal::BadMail
            | Refusal::BadName
            | Refusal::BadLanguage
            | Refusal::NoRole => ProblemKind::InvalidInput,
        };
        let problem = Self::of(kind, &refusal);
        match refusal {
            Refusal::TooEarly { seconds } => problem.after(seconds),
            _ => problem,
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let kind = match &refused {
            Refused::NotBegun | Refused::Cancelled { .. } | Refused::Unproven { .. } => ProblemKind::Unauthenticated,
            Refused::NoAccount { .. } | Refused::NoMail { .. } => ProblemKind::Forbidden,
            Refused::NoProvider | Refused::NotLinked => ProblemKind::NotFound,
            Refused::LinkedElsewhere { .. } | Refused::LastWayIn => ProblemKind::Conflict,
            Refused::Unreachable { .. } => return Self::of(ProblemKind::ProviderUnavailable, &refused).after(30),
        };
        Self::of(kind, &refused)
    }
}

/// What the server cannot do now, or not at all, whoever asks.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Unable {
    Busy,
    GivenUp,
    TooCostly,
    NoDatabase,
    ReadOnly,
    Full,
    Slow,
    Collision,
    Uncertain,
    Lagging,
}

impl Tell for Unable {
    const FILE: &'static str = "operating";
}
