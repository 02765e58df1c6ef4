"""gunicorn: two forks of a preloaded application, requests of one user never wait for a slow one of another."""

import os

bind = os.environ["CRM4S_BIND"]
workers = int(os.environ["CRM4S_WORKERS"])
threads = 4
worker_class = "gthread"
preload_app = True
timeout = 120
graceful_timeout = 10
max_requests = 5000
max_requests_jitter = 500
accesslog = None
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
forwarded_allow_ips = "127.0.0.1"
control_socket_disable = True
