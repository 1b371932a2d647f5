# Upstream's image with our locked packages, our own package, and what Airflow loads.
FROM apache/airflow:3.3.2-python3.11

USER root
# A named volume takes its owner from the folder it is first mounted on. Airflow writes a file of settings where there
# is none, which it could not at run time.
RUN install -d -o airflow -g 0 -m 2775 /var/lib/townreturn /backups && \
    install -o airflow -g 0 -m 640 /dev/null /opt/airflow/airflow.cfg

USER airflow
COPY --chown=airflow:0 requirements-compose.txt /opt/townreturn/
# The whole lock, so that neither Airflow nor Celery (below 5.7) can move.
RUN pip install --no-cache-dir --require-hashes -r /opt/townreturn/requirements-compose.txt

COPY --chown=airflow:0 pyproject.toml README.md LICENSE /opt/townreturn/
COPY --chown=airflow:0 include /opt/townreturn/include
RUN pip install --no-cache-dir --no-deps --no-build-isolation /opt/townreturn

COPY --chown=airflow:0 expectations /opt/townreturn/expectations
COPY --chown=airflow:0 compose /opt/townreturn/compose
COPY --chown=airflow:0 compose/named_accounts.py /opt/airflow/config/
COPY --chown=airflow:0 dags /opt/airflow/dags
COPY --chown=airflow:0 plugins /opt/airflow/plugins

ENV TOWNRETURN_HOME=/var/lib/townreturn \
    TOWNRETURN_EXPECTATIONS=/opt/townreturn/expectations
