# Heard in a container: docs/running.md says how to start it, compose.yaml does.

FROM python:3.11-slim AS parts
COPY requirements.lock /
# Every package is the one that was locked, or the build fails. pip itself stays outside.
RUN python -m venv --without-pip /opt/heard \
 && pip --python /opt/heard/bin/python install --no-cache-dir --disable-pip-version-check --no-input \
    --require-hashes --requirement /requirements.lock

FROM python:3.11-slim
# A number that volumes and secrets can be given to, and that is nobody else's.
RUN groupadd --gid 10001 heard \
 && useradd --uid 10001 --gid heard --no-create-home --home-dir /data --shell /usr/sbin/nologin heard \
 && install --directory --owner=heard --group=heard --mode=0700 /data
COPY --from=parts /opt/heard /opt/heard
COPY LICENSE /app/
COPY bot /app/bot
COPY adapters /app/adapters
COPY templates /app/templates
COPY --chmod=0755 deploy/heard /usr/local/bin/heard
COPY --chmod=0755 deploy/healthy.py /usr/local/bin/healthy
# Compiled here, because the container's own files may be read-only.
RUN /opt/heard/bin/python -m compileall -q /app
# The door opens to this container alone, so that its health can be asked; to open it further, set HEARD_DOOR__HOST.
ENV PATH=/opt/heard/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HEARD_DATA=/data \
    HEARD_DOOR__ENABLED=true
WORKDIR /config
VOLUME ["/data"]
EXPOSE 8080
USER 10001:10001
STOPSIGNAL SIGTERM
# Whether it lives, not whether Slack does: a restart mends neither Slack nor a full disk. /readyz tells those.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["healthy", "/config/heard.toml"]
ENTRYPOINT ["heard"]
CMD ["run", "--config", "/config/heard.toml"]
