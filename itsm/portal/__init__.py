"""The portal: where employees report what is broken and see how it stands."""
