"""Where discovery starts: packages known by name, from which dependencies lead to the rest."""

PYTHON = """
numpy scipy sympy pillow opencv-python-headless imageio scikit-image shapely pyproj rasterio fiona
statsmodels pymc arviz numba llvmlite cython xarray zarr h5py netcdf4 astropy sunpy biopython
scanpy anndata nltk spacy gensim textblob pattern sentencepiece tokenizers sacremoses torch
torchvision torchaudio tensorflow keras jax jaxlib flax optax dm-haiku chex einops lightning
pytorch-lightning torchmetrics timm accelerate peft datasets evaluate diffusers
sentence-transformers huggingface-hub safetensors onnx onnxruntime xgboost lightgbm catboost
optuna hyperopt ray mlflow wandb tensorboard gymnasium stable-baselines3 pettingzoo langchain
langchain-core langchain-community langgraph openai anthropic litellm llama-index-core tiktoken
instructor guidance haystack-ai chromadb qdrant-client pinecone-client weaviate-client sanic
falcon cherrypy pyramid webob aiosmtpd hypercorn uvicorn gunicorn waitress uwsgi daphne bjoern
eventlet gevent trio anyio curio twisted autobahn klein treq txaio websockets websocket-client
socketio python-socketio python-engineio wsproto h11 h2 hpack hyperframe httplib2 pycurl tenacity
backoff retrying ratelimit cachetools diskcache joblib dill cloudpickle msgpack protobuf grpcio
thrift pyarrow fastavro avro orjson ujson simplejson rapidjson pyyaml ruamel-yaml toml tomli
tomli-w configobj dynaconf python-dotenv environs hydra-core omegaconf argcomplete docopt fire
cement cliff plumbum invoke fabric paramiko asyncssh pexpect ptyprocess prompt-toolkit ipython
jupyter-core jupyter-client notebook jupyterlab ipykernel ipywidgets nbconvert nbformat traitlets
voila papermill bokeh plotly altair holoviews panel dash streamlit gradio pyglet pygame arcade
kivy moderngl vispy mayavi pyvista trimesh colorama termcolor blessed urwid asciimatics textual
tqdm alive-progress tabulate prettytable loguru structlog sentry-sdk opentelemetry-api
opentelemetry-sdk prometheus-client statsd datadog boto3 botocore s3transfer moto azure-core
azure-storage-blob azure-identity google-api-core google-auth google-cloud-storage
google-cloud-bigquery google-cloud-pubsub apache-libcloud openstacksdk kubernetes docker
docker-compose ansible-core salt pulumi troposphere aws-cdk-lib peewee pony tortoise-orm
mongoengine pymongo motor psycopg psycopg2-binary asyncpg aiomysql pymysql mysql-connector-python
cassandra-driver neo4j elasticsearch opensearch-py pysolr whoosh influxdb-client clickhouse-driver
duckdb sqlglot sqlparse alembic dataset records tinydb zodb kafka-python confluent-kafka pika
kombu amqp aio-pika nats-py stomp-py zmq pyzmq dramatiq huey rq apscheduler schedule luigi prefect
dagster apache-airflow mrjob pyspark petl bonobo beautifulsoup4 lxml html5lib bleach parsel
cssselect mechanize selenium playwright pyppeteer feedparser newspaper3k readability-lxml
trafilatura markdown mistune markdown-it-py commonmark docutils sphinx mkdocs mkdocs-material pdoc
pelican nikola lektor pypdf pdfminer-six reportlab fpdf2 weasyprint python-docx python-pptx
openpyxl xlsxwriter xlrd odfpy tablib pyexcel csvkit agate babel pytz python-dateutil arrow
pendulum delorean dateparser maya humanize phonenumbers pycountry faker mimesis factory-boy
hypothesis nose2 testtools unittest2 mock responses vcrpy freezegun tox nox coverage behave
robotframework locust mypy pyright pytype pyre-check pylint pyflakes pycodestyle flake8 isort
autopep8 yapf bandit rope jedi parso libcst astroid bowler redbaron gast asttokens executing
pure-eval setuptools wheel pip build twine flit hatch hatchling pdm pipenv virtualenv conda
packaging importlib-metadata pkginfo readme-renderer keyring cffi pycparser pybind11 nanobind
pynacl pycryptodome pyopenssl bcrypt passlib argon2-cffi pyjwt python-jose authlib oauthlib
itsdangerous certifi idna chardet charset-normalizer dnspython ldap3 pysnmp scapy impacket netaddr
netmiko napalm ncclient exabgp pyroute2 psutil py-cpuinfo distro sh watchdog watchfiles pyserial
pyusb bleak pymodbus minimalmodbus paho-mqtt gpiozero adafruit-blinka pyvisa simpy mesa pyomo pulp
cvxpy ortools deap pygad scikit-optimize bayesian-optimization igraph graph-tool rdflib owlready2
pyshacl treelib anytree sortedcontainers blist bitarray bitstring construct kaitaistruct lark
pyparsing ply textx parsimonious antlr4-python3-runtime more-itertools toolz cytoolz funcy boltons
attrdict python-box addict munch glom jsonpath-ng jmespath jsonschema fastjsonschema voluptuous
cerberus schema schematics colander trafaret mako chameleon genshi cheetah3 tenjin pystache
chevron zope-interface zope-component buildbot jenkinsapi python-gitlab pygithub gitpython dulwich
pygit2 mercurial reviewboard slack-sdk python-telegram-bot aiogram discord-py tweepy praw
facebook-sdk stripe braintree twilio sendgrid yagmail imapclient exchangelib icalendar vobject
caldav music21 mido librosa pydub soundfile mutagen eyed3 pyaudio speechrecognition gtts moviepy
ffmpeg-python av yt-dlp streamlink mopidy beets picard homeassistant esphome octoprint pymavlink
dronekit openai-whisper easyocr pytesseract qiskit cirq pennylane projectq pyscf ase rdkit openmm
mdanalysis pymatgen geopy folium pyshp cartopy osmnx movingpandas pystac rioxarray backtrader
zipline-reloaded ccxt yfinance quantlib pyfolio empyrical zstandard lz4 python-snappy brotli py7zr
rarfile patool fsspec s3fs gcsfs smart-open pyfilesystem2 wrapt decorator deprecated
multipledispatch singledispatchmethod typeguard beartype typing-extensions injector
dependency-injector punq returns result pyrsistent immutables frozendict zeroconf mitmproxy pproxy
shadowsocks sslyze python-nmap mkdocstrings griffe pyinstaller nuitka cx-freeze py2app briefcase
toga
"""

NPM = """
lodash underscore ramda async bluebird q rxjs immutable mobx moment dayjs date-fns luxon validator
joi yup ajv superstruct io-ts fp-ts commander yargs minimist inquirer chalk ora cli-progress
winston pino bunyan log4js debug koa fastify hapi @hapi/hapi restify connect polka got node-fetch
superagent undici ky cheerio jsdom parse5 htmlparser2 puppeteer-core playwright-core webpack
rollup esbuild vite parcel gulp grunt @babel/core @babel/parser @babel/traverse @babel/types
@babel/generator @babel/helpers @babel/preset-env terser uglify-js acorn esprima espree recast
typescript ts-node tslib eslint prettier stylelint postcss autoprefixer cssnano sass less stylus
react react-dom preact vue svelte @angular/core @angular/common @angular/router solid-js lit
@vue/reactivity @vue/runtime-core @vue/compiler-core next nuxt gatsby remix @remix-run/router
react-router styled-components @emotion/react @mui/material antd bootstrap jquery backbone
ember-source three pixi.js babylonjs phaser p5 paper fabric konva d3 d3-scale d3-array
d3-selection d3-shape chart.js echarts highcharts plotly.js-dist vega vega-lite leaflet ol
mapbox-gl @turf/turf cytoscape graphology sigma vis-network mathjs numeric ml-matrix
simple-statistics big.js bignumber.js decimal.js bn.js long uuid nanoid crypto-js tweetnacl
elliptic jsonwebtoken jose bcryptjs node-forge mongoose mongodb mysql2 pg sequelize typeorm knex
prisma objection bookshelf nedb lowdb pouchdb ioredis kafkajs amqplib mqtt ws socket.io
socket.io-client engine.io sockjs graphql apollo-server @apollo/client graphql-tools relay-runtime
type-graphql grpc @grpc/grpc-js protobufjs handlebars mustache ejs pug nunjucks marked markdown-it
remark rehype unified showdown turndown highlight.js prismjs codemirror @codemirror/state
@codemirror/view monaco-editor ace-builds quill prosemirror-model prosemirror-state
prosemirror-view slate draft-js lexical tiptap jest mocha chai sinon ava tape jasmine karma
cypress nightwatch testcafe nock supertest fs-extra glob minimatch chokidar rimraf mkdirp
graceful-fs archiver tar adm-zip jszip pako sharp jimp pngjs jpeg-js canvas pdfkit pdf-lib
pdfjs-dist xlsx exceljs docx csv-parse papaparse xml2js fast-xml-parser js-yaml toml ini dotenv
config convict nconf semver npm yarn pnpm lerna nx nodemon pm2 forever concurrently cross-spawn
execa shelljs zx electron electron-builder aws-sdk @aws-sdk/client-s3 @azure/core-http
@google-cloud/storage firebase @firebase/firestore stripe twilio nodemailer passport
express-session body-parser multer helmet cors i18next intl-messageformat globalize xstate zustand
jotai recoil valtio effect neverthrow lit-html htmx.org alpinejs stimulus hammerjs interactjs
sortablejs popmotion framer-motion gsap animejs lottie-web howler tone wavesurfer.js video.js
hls.js peerjs simple-peer tensorflow @tensorflow/tfjs-core @tensorflow/tfjs-layers brain.js
natural compromise fuse.js lunr flexsearch minisearch elasticlunr snowball-stemmers
string-similarity fast-levenshtein diff jsdiff lru-cache quick-lru p-queue p-limit p-map
bottleneck bull agenda node-cron node-schedule ethers web3 viem bitcoinjs-lib @polkadot/api
@solana/web3.js hardhat truffle ganache openapi-types swagger-parser json-schema-traverse
@nestjs/core @nestjs/common @loopback/core @feathersjs/feathers sails adonis moleculer seneca
@tanstack/query-core @tanstack/table-core
"""

C_AND_CPP = """
zlib libpng libjpeg-turbo tiff giflib libwebp freetype harfbuzz fribidi pixman cairo expat libxml2
libyaml jansson json-c cjson yajl rapidjson jsoncpp pugixml tinyxml2 libconfig inih openssl
libressl mbedtls libsodium nettle libtomcrypt libtommath sqlite3 lmdb leveldb rocksdb libpqxx
hiredis libevent libev nghttp2 libwebsockets mongoose civetweb lighttpd nginx haproxy h2o libssh2
libssh c-ares ldns unbound nsd knot mosquitto zeromq3 nanomsg czmq protobuf grpc thrift
flatbuffers capnproto msgpack-c cereal boost1.74 folly fmtlib spdlog glog gflags googletest catch2
doctest cxxopts cli11 args eigen3 openblas lapack fftw3 gsl suitesparse armadillo opencv vtk
assimp bullet box2d glm glfw3 sdl2 sfml openal-soft libvorbis libogg flac opus libsndfile lua5.4
luajit mruby quickjs duktape jerryscript tcl8.6 chibi-scheme re2 pcre2 oniguruma utf8proc utfcpp
simdutf icu uchardet lz4 zstd snappy brotli xz-utils bzip2 libarchive minizip lzo2 libzip libuuid
libffi jemalloc mimalloc gperftools tbb oneapi-tbb libunwind capstone keystone unicorn-engine
libelf libdwarf-code libgit2 http-parser llhttp uriparser libmicrohttpd raylib nanosvg stb lodepng
tinyobjloader meshoptimizer draco libusb-1.0 hidapi libserialport libmodbus open62541 wayland
libinput libxkbcommon libdrm mesa weston nng ccache ninja-build cmake meson valgrind strace tmux
libbsd libmd musl dropbear libtorrent-rasterbar libmaxminddb geos proj s2geometry libspatialindex
qhull clipper polyclipping cgal libigl kissfft soxr libsamplerate rubberband aubio libebur128
libopenmpt srt libsrtp2 libnice usrsctp coturn libupnp miniupnpc
"""

JAVA = """
guava-libraries commons-io commons-collections4 commons-codec commons-cli commons-math3
commons-text commons-compress commons-csv commons-configuration2 commons-net commons-pool2
commons-dbcp2 commons-beanutils commons-exec commons-vfs commons-validator commons-jexl
commons-digester httpcomponents-client httpcomponents-core netty jetty9 tomcat9 undertow jersey
log4j2 apache-log4j1.2 slf4j logback junit5 junit4 testng mockito assertj-core hamcrest easymock
libspring-java hibernate-validator mybatis h2database hsqldb derby jooq flyway liquibase ant maven
gradle ivy groovy kotlin scala bsh janino asm bytebuddy cglib javassist bcel aspectj jna jnr-ffi
jnr-posix joda-time threeten jodd vavr rxjava reactive-streams disruptor jctools lucene9 lucene8
elasticsearch solr mahout tika pdfbox poi itext jfreechart batik fop xerces2 xalan2 dom4j jdom2
xmlunit jaxb jsoup htmlcleaner snakeyaml json-simple jackson-core fastjson moshi okio okhttp
retrofit bouncycastle conscrypt jsch sshj mina2 tink zookeeper kafka activemq hazelcast ehcache
caffeine jgroups antlr4 antlr javacc jflex java-cup freemarker velocity thymeleaf guice dagger
picocontainer jline3 jline2 picocli jcommander args4j airline fastutil trove3 hppcrt
eclipse-collections colt ejml jblas metadata-extractor zxing jtransforms jama mapdb icu4j openjfx
swingx miglayout jgraphx jung jgrapht
"""
