//! The threads for work that takes a core for a while.
//!
//! Every kind of work has its own places and its own queue: however many images are drawn and wait, an alarm sheet finds
//! a place. Which of those that run comes first is left to the system's scheduler, which is told how urgent each is: the
//! threads of less urgent work are nicer, so they get what the more urgent ones leave, and the threads that answer
//! everybody come before all of them.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, oneshot};

use super::Effort;
use super::effort::MOST;

/// A kind of work, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A vector tile.
    Tile,
    /// A sheet for an alarm.
    Sheet,
    /// An answer made of many features, or a long search.
    Answer,
    /// A picture of the map, or a block of raster tiles.
    Image,
    /// A whole register or tileset.
    Extract,
    /// A password that is hashed.
    Password,
    /// A photo that somebody has sent.
    Photo,
}

/// How a kind of work is done.
struct Terms {
    name: &'static str,
    /// Pieces of work done at the same time.
    places: usize,
    /// Pieces that may wait for each of the places.
    queue: usize,
    /// Each step leaves it about a quarter less of a core that somebody else wants, too.
    niceness: i32,
}

impl Kind {
    const ALL: [Self; 7] =
        [Self::Tile, Self::Sheet, Self::Answer, Self::Image, Self::Extract, Self::Password, Self::Photo];

    fn terms(self, cores: usize) -> Terms {
        let terms = |name, places, queue, niceness| Terms { name, places, queue, niceness };
        match self {
            Self::Tile => terms("tile", cores, 1_024, 0),
            Self::Sheet => terms("sheet", cores, 64, 0),
            Self::Answer => terms("answer", cores, 32, 5),
            Self::Image => terms("image", cores, 12, 10),
            Self::Extract => terms("extract", 1 + (cores / 4).max(1), 64, 15),
            // Each takes some 20 MiB, and many sign in at once when work begins.
            Self::Password => terms("password", (cores / 2).max(1), 256, 5),
            // Each may take a gigabyte for a moment, in a process of its own.
            Self::Photo => terms("photo", (cores / 4).max(1), 64, 10),
        }
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// The threads, and who waits for them.
#[derive(Debug)]
pub struct Pool {
    halls: [Hall; Kind::ALL.len()],
}

/// The places of one kind of work.
#[derive(Debug)]
struct Hall {
    turns: Arc<Semaphore>,
    /// Pieces of work that wait or are done.
    inside: Arc<AtomicUsize>,
    most_inside: usize,
    jobs: Sender<Job>,
    /// The most steps that a piece of work has taken.
    dearest: Arc<AtomicU64>,
}

/// So much work of a kind waits already that more would not be done in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("so much work of this kind waits already that more would not be done in time")]
pub struct Busy;

impl Pool {
    /// Threads for a machine of so many cores; they end with the pool.
    pub fn new(cores: usize) -> Self {
        Self { halls: Kind::ALL.map(|kind| Hall::open(&kind.terms(cores.max(1)))) }
    }

    /// Threads for this machine.
    pub fn of_this_machine() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, usize::from))
    }

    /// The most steps that a piece of work of a kind has taken so far.
    pub fn dearest(&self, kind: Kind) -> u64 {
        self.halls[kind as usize].dearest.load(Ordering::Relaxed)
    }

    /// Does a piece of work when it is its turn. Whoever stops waiting leaves the queue; of work that has begun then, its
    /// [`Effort`] says that nobody wants it, and it keeps its place until it has ended.
    ///
    /// # Errors
    /// [`Busy`] if too much waits already.
    ///
    /// # Panics
    /// If the work does.
    pub async fn run<T: Send + 'static>(
        &self,
        kind: Kind,
        work: impl FnOnce(&Effort) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let hall = &self.halls[kind as usize];
        let seat = Seat::take(&hall.inside, hall.most_inside).ok_or(Busy)?;
        // Neither semaphore nor threads end before the pool.
        let turn = hall.turns.clone().acquire_owned().await.map_err(|_| Busy)?;
        let leaving = Leaving(Arc::default());
        let (given_up, dearest) = (leaving.0.clone(), hall.dearest.clone());
        let (tell, told) = oneshot::channel();
        let job = move || {
            let held = (turn, seat);
            let effort = Effort::of(MOST, given_up);
            let done = effort.is_wanted().then(|| catch_unwind(AssertUnwindSafe(|| work(&effort))));
            dearest.fetch_max(effort.spent(), Ordering::Relaxed);
            drop(held);
            // Nobody listening is no error.
            drop(done.map(|done| tell.send(done)));
        };
        hall.jobs.send(Box::new(job)).map_err(|_| Busy)?;
        match told.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(Busy),
        }
    }
}

impl Hall {
    fn open(terms: &Terms) -> Self {
        let (jobs, open) = channel::<Job>();
        let open = Arc::new(Mutex::new(open));
        for nth in 0..terms.places {
            let (open, niceness) = (open.clone(), terms.niceness);
            let thread = std::thread::Builder::new().name(format!("{}-{nth}", terms.name));
            if let Err(error) = thread.spawn(move || serve(&open, niceness)) {
                tracing::error!(%error, kind = terms.name, "a thread for work could not be started");
            }
        }
        Self {
            turns: Arc::new(Semaphore::new(terms.places)),
            inside: Arc::default(),
            most_inside: terms.places * (1 + terms.queue),
            jobs,
            dearest: Arc::default(),
        }
    }
}

/// Does one piece of work after the other until the pool is gone.
fn serve(open: &Mutex<Receiver<Job>>, niceness: i32) {
    be_nice(niceness);
    loop {
        // Whoever holds the lock waits for the next piece, the others for the lock.
        let job = open.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}

/// Makes this thread give way to the others of the process, however nice the process is as a whole. On Linux niceness is
/// a thread's own.
fn be_nice(niceness: i32) {
    // SAFETY: the calls take numbers only, and 0 is the calling thread.
    let given =
        unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, libc::getpriority(libc::PRIO_PROCESS, 0) + niceness) };
    if given != 0 {
        tracing::debug!(error = %std::io::Error::last_os_error(), "a thread keeps its priority");
    }
}

/// A seat in a hall, given back when dropped.
struct Seat(Arc<AtomicUsize>);

impl Seat {
    fn take(inside: &Arc<AtomicUsize>, most: usize) -> Option<Self> {
        let free = |inside: usize| (inside < most).then_some(inside + 1);
        inside.fetch_update(Ordering::Relaxed, Ordering::Relaxed, free).ok().map(|_| Self(inside.clone()))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Tells the work that nobody waits for it, when dropped.
struct Leaving(Arc<AtomicBool>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    /// Work that has begun and goes on until nobody wants it.
    async fn begun(pool: &Arc<Pool>, kind: Kind) -> tokio::task::JoinHandle<Result<(), Busy>> {
        let (tell, begun) = oneshot::channel();
        let pool = pool.clone();
        let working = tokio::spawn(async move {
            let work = move |effort: &Effort| {
                let _ = tell.send(());
                while effort.is_wanted() {
                    std::thread::yield_now();
                }
            };
            pool.run(kind, work).await
        });
        begun.await.expect("the work begins");
        working
    }

    #[tokio::test]
    async fn a_sheet_finds_a_place_however_many_images_are_drawn_and_wait() {
        let pool = Arc::new(Pool::new(1));
        let drawn = begun(&pool, Kind::Image).await;
        let most = pool.halls[Kind::Image as usize].most_inside;
        let waiting: Vec<_> = (1..most)
            .map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move { pool.run(Kind::Image, |_| ()).await })
            })
            .collect();
        while pool.halls[Kind::Image as usize].inside.load(Ordering::Relaxed) < most {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.run(Kind::Image, |_| ()).await, Err(Busy), "one more image is sent away");
        assert_eq!(pool.run(Kind::Sheet, |_| "a sheet").await, Ok("a sheet"));
        drawn.abort();
        for image in waiting {
            assert_eq!(image.await.expect("no panic"), Ok(()), "images go on when one is given up");
        }
    }

    #[tokio::test]
    async fn a_tile_is_made_while_fifty_extracts_run_and_wait_and_none_is_sent_away() {
        let pool = Arc::new(Pool::new(1));
        let places = Kind::Extract.terms(1).places;
        let mut running = Vec::new();
        for _ in 0..places {
            running.push(begun(&pool, Kind::Extract).await);
        }
        let has_begun = Arc::new(AtomicUsize::new(0));
        let waiting: Vec<_> = (places..50)
            .map(|_| {
                let (pool, has_begun) = (pool.clone(), has_begun.clone());
                let work = move |_: &Effort| has_begun.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move { pool.run(Kind::Extract, work).await })
            })
            .collect();
        while pool.halls[Kind::Extract as usize].inside.load(Ordering::Relaxed) < 50 {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.run(Kind::Tile, |_| "a tile").await, Ok("a tile"));
        assert_eq!(has_begun.load(Ordering::SeqCst), 0, "no more run than there are places");
        // One that nobody waits for any more is never begun.
        waiting[0].abort();
        running.iter().for_each(tokio::task::JoinHandle::abort);
        for (nth, extract) in waiting.into_iter().enumerate() {
            assert_eq!(extract.await.is_ok_and(|done| done.is_ok()), nth > 0);
        }
        assert_eq!(has_begun.load(Ordering::SeqCst), 50 - places - 1);
    }

    #[tokio::test]
    async fn the_less_urgent_work_is_the_less_of_a_core_it_gets() {
        let pool = Pool::new(1);
        // SAFETY: the call takes numbers only, and 0 is the calling thread.
        let niceness = |_: &Effort| unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) };
        let mut given = Vec::new();
        for kind in [Kind::Tile, Kind::Sheet, Kind::Answer, Kind::Image, Kind::Extract] {
            given.push(pool.run(kind, niceness).await.expect("a place"));
        }
        // A process may be nice as a whole; 19 is the most that Linux knows.
        let own = niceness(&Effort::new());
        assert_eq!(given, [0, 0, 5, 10, 15].map(|more| 19.min(own + more)));
    }

    #[tokio::test]
    async fn work_whose_caller_has_gone_keeps_its_place_until_it_has_ended() {
        let pool = Arc::new(Pool::new(1));
        let (barrier, held) = (Arc::new(Barrier::new(2)), Arc::new(AtomicBool::new(true)));
        let (of_work, still, from) = (barrier.clone(), held.clone(), pool.clone());
        let (tell, begun) = oneshot::channel();
        let working = tokio::spawn(async move {
            let work = move |_: &Effort| {
                let _ = tell.send(());
                // Deaf to its caller.
                of_work.wait();
                still.store(false, Ordering::SeqCst);
            };
            from.run(Kind::Answer, work).await
        });
        begun.await.expect("the work begins");
        working.abort();
        drop(working.await);
        let mut next = std::pin::pin!(pool.run(Kind::Answer, move |_| held.load(Ordering::SeqCst)));
        assert!(futures_util::poll!(next.as_mut()).is_pending());
        barrier.wait();
        assert_eq!(next.await, Ok(false), "the next began before the first had ended");
    }

    #[tokio::test]
    async fn a_panic_is_the_callers_and_the_thread_goes_on() {
        let pool = Arc::new(Pool::new(1));
        let from = pool.clone();
        let failed =
            tokio::spawn(
                async move { from.run(Kind::Extract, |effort| assert!(!effort.is_wanted(), "on purpose")).await },
            )
            .await;
        assert!(failed.expect_err("a panic").is_panic());
        assert_eq!(pool.run(Kind::Extract, |_| 7).await, Ok(7));
    }
}
