# For instructors without Linux. Works without privileges: the default seccomp profile, no added capabilities, no root.
#
#   docker build -t bptt-autograder .
#   docker run --rm -v "$PWD":/course bptt-autograder grade submitted --json report.json
#   docker run --rm -v "$PWD":/course --entrypoint nbgrader bptt-autograder autograde bptt
FROM python:3.12-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends libseccomp2 \
    && rm -rf /var/lib/apt/lists/*

COPY pyproject.toml constraints.txt README.md LICENSE /kit/
COPY autograder /kit/autograder
COPY solution /kit/solution
RUN pip install --no-cache-dir --constraint /kit/constraints.txt /kit

RUN useradd --create-home instructor
USER instructor
WORKDIR /course
ENTRYPOINT ["bptt-autograder"]
CMD ["doctor"]
