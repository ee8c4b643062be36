//! Who does the jobs of a node, queue by queue.

use std::sync::Arc;

use crate::blobs::Sweeper;
use crate::config::Config;
use crate::editing::{Editor, Timers};
use crate::files::{ObjectFiles, Purger};
use crate::imports::{self, Imports};
use crate::mail;
use crate::upkeep::{Clockwork, Reminders, Upkeep};
use crate::work::jobs::Handler;

/// Who does jobs. Without a mail server mails wait, and jobs of theirs are left alone.
pub fn handlers(
    config: &Config,
    editor: &Editor,
    (files, upkeep, imports): (&Arc<ObjectFiles>, &Arc<Upkeep>, &Arc<Imports>),
    templates: Arc<mail::Templates>,
) -> Vec<Arc<dyn Handler>> {
    let store = editor.spine.store.clone();
    let mut handlers: Vec<Arc<dyn Handler>> = vec![
        Arc::new(Timers(editor.clone())),
        Arc::new(Clockwork(upkeep.clone())),
        Arc::new(Reminders(upkeep.clone())),
        Arc::new(Sweeper(files.blobs.clone())),
        Arc::new(Purger(files.clone())),
        Arc::new(imports::Steps(imports.clone())),
        Arc::new(imports::Endings(imports.clone())),
    ];
    match &config.mail {
        Some(relay) => {
            handlers.push(Arc::new(mail::Sender { store, templates, relay: relay.clone(), patience: mail::PATIENCE }));
        }
        None => tracing::info!("mails wait: no mail server is set (mail_url)"),
    }
    handlers
}
