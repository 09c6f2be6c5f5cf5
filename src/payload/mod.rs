//! What a message holds, made fit to be seen; pure, knows nothing of ours.
