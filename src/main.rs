//! The program: everything is in the library.

#[global_allocator]
static ALLOCATOR: geokontor::memory::Allocator = geokontor::memory::Allocator;

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    // First of all, while there is one thread: this process may be the limited reader of an import, or of a photo.
    if let Some(code) = geokontor::exchange::reader::run_if_asked(&arguments) {
        return code;
    }
    if let Some(code) = geokontor::files::reader::run_if_asked(&arguments) {
        return code;
    }
    geokontor::cli::run()
}
