//! Creates files and folders that only their owner can access, knows where those of the program are, opens the output
//! that the user names, and reads the zone of the machine.

mod local_zone;
mod output;
mod places;
mod private;
mod stdout;
mod whole;

pub use local_zone::local_zone;
pub use output::{IfExists, Target, is_same_file, output};
pub use places::Place;
pub use private::{
    append_private, create_private, create_private_folder, open_existing, replace_private, rewrite,
    temporary_folder, write_new,
};
pub use stdout::check_stdout;
pub use whole::write_whole;
