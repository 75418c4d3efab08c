// Loaded into each process of a laptop installation: standard input closes when the starter ends, however it ends.
process.stdin.resume().once('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.once('error', () => process.kill(process.pid, 'SIGTERM'));
