# syntax=docker/dockerfile:1
# Telltale in a container: see deploy/compose.yaml, and docs/running.md for the host's network.
#
#   docker build -t telltale .
#   docker build --build-arg COMPILED=off -t telltale .      without compiled code (docs/running.md, “Compiled”)
#   docker run --network host -v telltale:/var/lib/telltale telltale

FROM docker.io/library/debian:trixie-slim AS build
ARG COMPILED=on
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 python3-venv ca-certificates binutils
RUN if [ "$COMPILED" = on ]; then apt-get install -y --no-install-recommends gcc libc6-dev libpython3-dev; fi
RUN python3 -m venv /opt/telltale
# What changes seldom comes first: the dependencies, each with its hash.
COPY requirements.lock requirements-build.lock requirements-compiled.lock /src/
RUN /opt/telltale/bin/pip install --no-cache-dir --no-compile --disable-pip-version-check --require-hashes \
        -r /src/requirements.lock \
    && python3 -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --no-compile --disable-pip-version-check --require-hashes \
        -r /src/requirements-build.lock
# Where there is no way to compile, as may be on 32-bit ARM, the image runs plain Python, as well.
RUN if [ "$COMPILED" = on ]; then python3 -m venv /opt/compile \
    && /opt/compile/bin/pip install --no-cache-dir --no-compile --disable-pip-version-check --require-hashes \
        -r /src/requirements-compiled.lock || [ "$(dpkg --print-architecture)" = armhf ]; fi
COPY scripts/compiled.py scripts/wheel_tag.py /src/scripts/
COPY pyproject.toml README.md LICENSE /src/
COPY native /src/native
COPY wire /src/wire
COPY network /src/network
COPY store /src/store
COPY blocklists /src/blocklists
COPY resolver /src/resolver
COPY firewall /src/firewall
COPY dhcp /src/dhcp
COPY recursor /src/recursor
COPY evidence /src/evidence
COPY webui /src/webui
COPY appliance /src/appliance
RUN if [ "$COMPILED" = on ]; then cd /src && { /opt/compile/bin/python scripts/compiled.py /opt/telltale/bin/python \
    || [ "$(dpkg --print-architecture)" = armhf ]; }; fi
RUN cd /src && /opt/build/bin/python -m hatchling build -t wheel -d /dist \
    && /opt/telltale/bin/pip install --no-cache-dir --no-compile --disable-pip-version-check --no-deps --no-index /dist/*.whl \
    && /opt/telltale/bin/pip uninstall -y --disable-pip-version-check pip \
    # Half of the compiled modules' size is symbols for debuggers.
    && find /opt/telltale -name '*.so' ! -path '*/native/built/*' -exec strip --strip-unneeded {} + \
    && find /opt/telltale -name '*.pyi' -delete \
    && find /opt/telltale -type d -name tests -prune -exec rm -rf {} + \
    # Bytecode is compiled once, here: the root of a running container may be read-only.
    && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/telltale/lib

FROM docker.io/library/debian:trixie-slim
# A copy of the interpreter may bind ports under 1024 and, where the container is given NET_ADMIN, change the firewall,
# with NET_RAW beside it serve DHCP (docs/dhcp.md); nothing else on this system may. The capabilities are `p`, not `ep`: where a container runs without them, the program
# still starts, and says which port it could not have.
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3-minimal libpython3-stdlib ca-certificates tzdata libcap2-bin nftables iproute2 dnsmasq-base unbound dns-root-data \
    && cp -L /usr/bin/python3 /usr/local/bin/telltale-python \
    && setcap cap_net_bind_service,cap_net_admin,cap_net_raw=p /usr/local/bin/telltale-python \
    && apt-get purge -y --auto-remove libcap2-bin \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/* /var/log/* \
    && useradd --system --uid 953 --user-group --home-dir /var/lib/telltale --shell /usr/sbin/nologin telltale \
    && install -d -o telltale -g telltale -m 0700 /var/lib/telltale
COPY --from=build /opt/telltale /opt/telltale
RUN ln -sf /usr/local/bin/telltale-python /opt/telltale/bin/python3 \
    && ln -sf /opt/telltale/bin/telltale /usr/local/bin/telltale

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TELLTALE_STATE=/var/lib/telltale \
    TELLTALE_DNS=0.0.0.0:53,[::]:53 \
    TELLTALE_WEB=0.0.0.0:80
USER telltale
VOLUME /var/lib/telltale
EXPOSE 53/udp 53/tcp 80/tcp 443/tcp 853/tcp
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["telltale", "health", "--dns"]
STOPSIGNAL SIGTERM
CMD ["telltale", "run"]
