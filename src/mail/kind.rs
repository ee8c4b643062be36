//! Which mails there are, and what each must be told.

/// A kind of mail. Its texts stand in `data/texts/mail/NAME.de.txt` and `NAME.en.txt`.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// In kebab case.
    pub name: &'static str,
    /// What its texts may mention, and what therefore must be given.
    pub mentions: &'static [&'static str],
}

/// There is no mail of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no mail '{0}'")]
pub struct UnknownKind(pub String);

impl Kind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self { name: "address-asked", mentions: &["address", "district", "link", "name"] },
        Self { name: "address-changed", mentions: &["address", "district", "link", "name"] },
        // To an address of which nobody has shown yet that it is theirs: no name.
        Self { name: "address-confirm", mentions: &["district", "hours", "link"] },
        Self {
            name: "defects-due",
            mentions: &["count", "defects", "district", "link", "name", "organisation", "overdue"],
        },
        Self { name: "invitation", mentions: &["district", "hours", "link", "name", "organisation"] },
        Self { name: "password-reset", mentions: &["district", "hours", "link", "name"] },
        Self {
            name: "proposal-approved",
            mentions: &["answer", "by", "count", "district", "link", "name", "object", "reason"],
        },
        Self {
            name: "proposal-made",
            mentions: &[
                "author", "count", "deletes", "district", "link", "metres", "name", "object", "reason", "values",
            ],
        },
        Self {
            name: "proposal-refused",
            mentions: &["answer", "by", "count", "district", "link", "name", "object", "reason"],
        },
        Self { name: "second-factor-changed", mentions: &["district", "link", "name"] },
        Self { name: "sign-in-locked", mentions: &["district", "hours", "link", "name"] },
    ];

    /// The one of a name.
    ///
    /// # Errors
    /// [`UnknownKind`].
    pub fn named(name: &str) -> Result<&'static Self, UnknownKind> {
        const KINDS: &[Kind] = &Kind::ALL;
        KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| UnknownKind(name.to_owned()))
    }
}
