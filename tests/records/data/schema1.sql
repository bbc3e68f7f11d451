-- A log of schema 1 with one of everything (and an answer left in the middle), to prove that it upgrades.
-- Made once, with the code of schema 1, by writing it through `Store` and dumping it with sqlite3's iterdump();
-- the writer's row was then set to a machine that is gone. Never made again: newer code writes newer schemas.
BEGIN TRANSACTION;
CREATE TABLE answers (
	id VARCHAR(32) NOT NULL, 
	question_id VARCHAR(32) NOT NULL, 
	version INTEGER NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	writer_id VARCHAR(32) NOT NULL, 
	text TEXT NOT NULL, 
	notice TEXT NOT NULL, 
	done JSON NOT NULL, 
	prompt TEXT NOT NULL, 
	model_name TEXT NOT NULL, 
	model_revision TEXT NOT NULL, 
	quantisation TEXT NOT NULL, 
	device TEXT NOT NULL, 
	preprocessing JSON NOT NULL, 
	settings JSON NOT NULL, 
	packages JSON NOT NULL, 
	conversation JSON NOT NULL, 
	signal_sha256 TEXT NOT NULL, 
	CONSTRAINT pk_answers PRIMARY KEY (id), 
	CONSTRAINT uq_answers_question_id_version UNIQUE (question_id, version), 
	CONSTRAINT ck_answers_state CHECK (state IN ('streaming', 'complete', 'stopped', 'interrupted', 'failed')), 
	CONSTRAINT fk_answers_question_id_questions FOREIGN KEY(question_id) REFERENCES questions (id), 
	CONSTRAINT fk_answers_writer_id_writers FOREIGN KEY(writer_id) REFERENCES writers (id)
);
INSERT INTO "answers" VALUES('5bd9a1dac8ed310412afca32','32a48540e24f76ba9edff584',1,'complete','2026-11-20 10:25:30.476434','2025-01-01 00:00:00.000000','2026-11-20 10:25:30.488391','3c1723585a073c7524338f3d','QRS 148 ms.','Not a diagnosis.','{"reason":"end","n_prompt_tokens":120,"n_new_tokens":9,"first_token_s":0.1,"total_s":0.3}','<|ecg|>Why LBBB?','mini','r1','NF4','cpu','{"version":1}','{"max_new_tokens":320,"temperature":0.0,"top_p":1.0,"seed":3}','{"torch":"2.13.0"}','{"messages":[{"role":"user","text":"Why LBBB?"}],"patient":{"age_years":63.0,"sex":"female","height_cm":null,"weight_kg":null,"symptoms":"chest pain","history":"","medication":""},"audience":"patient","facts":"QRS 148 ms"}','0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO "answers" VALUES('12098c6edc67ffe3463ad958','32a48540e24f76ba9edff584',2,'streaming','2026-11-20 10:25:30.492415','2025-01-01 00:00:00.000000',NULL,'3c1723585a073c7524338f3d','The left bundle','','{}','<|ecg|>Why LBBB?','mini','r1','NF4','cpu','{"version":1}','{"max_new_tokens":320,"temperature":0.0,"top_p":1.0,"seed":3}','{"torch":"2.13.0"}','{"messages":[{"role":"user","text":"Why LBBB?"}],"patient":{"age_years":63.0,"sex":"female","height_cm":null,"weight_kg":null,"symptoms":"chest pain","history":"","medication":""},"audience":"patient","facts":"QRS 148 ms"}','0000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE audit (
	sequence INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	who TEXT NOT NULL, 
	action VARCHAR(32) NOT NULL, 
	recording_id VARCHAR(32) NOT NULL, 
	detail JSON NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (sequence), 
	CONSTRAINT fk_audit_recording_id_recordings FOREIGN KEY(recording_id) REFERENCES recordings (id)
);
INSERT INTO "audit" VALUES(1,'2026-11-20 10:25:30.508789','Dr. Roth','confirmed','faa8e26e30dd9fca251d3e39','{}');
CREATE TABLE blobs (
	sha256 VARCHAR(64) NOT NULL, 
	size INTEGER NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_blobs PRIMARY KEY (sha256)
);
INSERT INTO "blobs" VALUES('c310b3f1b67d48e7696ed613ed2b2c96332cdf1d1c64b17751cfa600830005de',15,X'6F6C64203132203530302035303030');
INSERT INTO "blobs" VALUES('fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108',64,X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F');
CREATE TABLE claim_opinions (
	rating_sequence INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	opinion VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_claim_opinions PRIMARY KEY (rating_sequence, position), 
	CONSTRAINT fk_claim_opinions_rating_sequence_ratings FOREIGN KEY(rating_sequence) REFERENCES ratings (sequence)
);
INSERT INTO "claim_opinions" VALUES(1,0,'agree');
CREATE TABLE claims (
	answer_id VARCHAR(32) NOT NULL, 
	position INTEGER NOT NULL, 
	start INTEGER NOT NULL, 
	stop INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	text TEXT NOT NULL, 
	says TEXT NOT NULL, 
	measured TEXT NOT NULL, 
	measure TEXT NOT NULL, 
	lead TEXT, 
	place JSON NOT NULL, 
	CONSTRAINT pk_claims PRIMARY KEY (answer_id, position), 
	CONSTRAINT fk_claims_answer_id_answers FOREIGN KEY(answer_id) REFERENCES answers (id)
);
INSERT INTO "claims" VALUES('5bd9a1dac8ed310412afca32',0,0,10,'number','supported','QRS 148 ms','qrs_ms = 148 ms','148 ms','qrs_ms',NULL,'{}');
CREATE TABLE contexts (
	id VARCHAR(32) NOT NULL, 
	recording_id VARCHAR(32) NOT NULL, 
	version INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT pk_contexts PRIMARY KEY (id), 
	CONSTRAINT uq_contexts_recording_id_version UNIQUE (recording_id, version), 
	CONSTRAINT fk_contexts_recording_id_recordings FOREIGN KEY(recording_id) REFERENCES recordings (id)
);
INSERT INTO "contexts" VALUES('82c9cf5267581c402d6ca1b7','faa8e26e30dd9fca251d3e39',1,'2026-11-20 10:25:30.458987','{"age_years":63.0,"sex":"female","height_cm":null,"weight_kg":null,"symptoms":"chest pain","history":"","medication":""}');
CREATE TABLE conversations (
	id VARCHAR(32) NOT NULL, 
	recording_id VARCHAR(32) NOT NULL, 
	context_id VARCHAR(32), 
	created_at DATETIME NOT NULL, 
	audience TEXT NOT NULL, 
	window_start_s FLOAT NOT NULL, 
	window_duration_s FLOAT NOT NULL, 
	measurements JSON NOT NULL, 
	findings JSON, 
	CONSTRAINT pk_conversations PRIMARY KEY (id), 
	CONSTRAINT fk_conversations_recording_id_recordings FOREIGN KEY(recording_id) REFERENCES recordings (id), 
	CONSTRAINT fk_conversations_context_id_contexts FOREIGN KEY(context_id) REFERENCES contexts (id)
);
INSERT INTO "conversations" VALUES('8430eaf3d3a5cb4cbd6a7c2a','faa8e26e30dd9fca251d3e39','82c9cf5267581c402d6ca1b7','2026-11-20 10:25:30.464437','patient',0.0,10.0,'{}',NULL);
CREATE TABLE ecg_chat_schema (
	version INTEGER NOT NULL, 
	applied_at DATETIME NOT NULL, 
	CONSTRAINT pk_ecg_chat_schema PRIMARY KEY (version)
);
INSERT INTO "ecg_chat_schema" VALUES(1,'2026-11-20 10:25:30.410734');
CREATE TABLE questions (
	id VARCHAR(32) NOT NULL, 
	conversation_id VARCHAR(32) NOT NULL, 
	position INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_questions PRIMARY KEY (id), 
	CONSTRAINT uq_questions_conversation_id_position UNIQUE (conversation_id, position), 
	CONSTRAINT fk_questions_conversation_id_conversations FOREIGN KEY(conversation_id) REFERENCES conversations (id)
);
INSERT INTO "questions" VALUES('32a48540e24f76ba9edff584','8430eaf3d3a5cb4cbd6a7c2a',0,'2026-11-20 10:25:30.470354','Why LBBB?');
CREATE TABLE ratings (
	sequence INTEGER NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	answer_id VARCHAR(32) NOT NULL, 
	created_at DATETIME NOT NULL, 
	rater TEXT NOT NULL, 
	rubric TEXT NOT NULL, 
	analytical_relevance INTEGER, 
	analytical_accuracy INTEGER, 
	analytical_completeness INTEGER, 
	reasoning_quality INTEGER, 
	findings_novelty INTEGER, 
	clinical_value INTEGER, 
	overall_satisfaction INTEGER, 
	unsafe BOOLEAN NOT NULL, 
	corrected_answer TEXT NOT NULL, 
	comment TEXT NOT NULL, 
	skip_reason TEXT NOT NULL, 
	time_on_task_s FLOAT, 
	CONSTRAINT pk_ratings PRIMARY KEY (sequence), 
	CONSTRAINT ck_ratings_analytical_relevance CHECK (analytical_relevance BETWEEN 1 AND 5), 
	CONSTRAINT ck_ratings_analytical_accuracy CHECK (analytical_accuracy BETWEEN 1 AND 5), 
	CONSTRAINT ck_ratings_analytical_completeness CHECK (analytical_completeness BETWEEN 1 AND 5), 
	CONSTRAINT ck_ratings_reasoning_quality CHECK (reasoning_quality BETWEEN 1 AND 5), 
	CONSTRAINT ck_ratings_findings_novelty CHECK (findings_novelty BETWEEN 1 AND 5), 
	CONSTRAINT ck_ratings_clinical_value CHECK (clinical_value BETWEEN 1 AND 5), 
	CONSTRAINT ck_ratings_overall_satisfaction CHECK (overall_satisfaction BETWEEN 1 AND 5), 
	CONSTRAINT uq_ratings_id UNIQUE (id), 
	CONSTRAINT fk_ratings_answer_id_answers FOREIGN KEY(answer_id) REFERENCES answers (id)
);
INSERT INTO "ratings" VALUES(1,'26c37dabd67ed491952ad158','5bd9a1dac8ed310412afca32','2026-11-20 10:25:30.501900','anna','gem-7/1',4,4,4,4,4,4,4,0,'','fine','',NULL);
CREATE TABLE recording_files (
	recording_id VARCHAR(32) NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_recording_files PRIMARY KEY (recording_id, position), 
	CONSTRAINT fk_recording_files_recording_id_recordings FOREIGN KEY(recording_id) REFERENCES recordings (id), 
	CONSTRAINT fk_recording_files_sha256_blobs FOREIGN KEY(sha256) REFERENCES blobs (sha256)
);
INSERT INTO "recording_files" VALUES('faa8e26e30dd9fca251d3e39',0,'old.hea','c310b3f1b67d48e7696ed613ed2b2c96332cdf1d1c64b17751cfa600830005de');
INSERT INTO "recording_files" VALUES('faa8e26e30dd9fca251d3e39',1,'old.dat','fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108');
CREATE TABLE recordings (
	id VARCHAR(32) NOT NULL, 
	created_at DATETIME NOT NULL, 
	name TEXT NOT NULL, 
	pseudonym TEXT NOT NULL, 
	format TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	fs_hz FLOAT NOT NULL, 
	duration_s FLOAT NOT NULL, 
	leads JSON NOT NULL, 
	start TEXT, 
	patient_identifier TEXT, 
	patient JSON NOT NULL, 
	notes JSON NOT NULL, 
	description JSON NOT NULL, 
	measurements JSON NOT NULL, 
	findings JSON NOT NULL, 
	finding_codes TEXT NOT NULL, 
	thumbnail_svg TEXT NOT NULL, 
	confirmed_by TEXT, 
	confirmed_at DATETIME, 
	CONSTRAINT pk_recordings PRIMARY KEY (id)
);
INSERT INTO "recordings" VALUES('faa8e26e30dd9fca251d3e39','2026-11-20 10:25:30.442844','old.hea','P-FAA8E2','WFDB','abababababababababababababababababababababababababababababababab',500.0,10.0,'["I","II","III","aVR","aVL","aVF","V1","V2","V3","V4","V5","V6"]',NULL,'MRN-1','{"age_years":63.0,"sex":"female","height_cm":null,"weight_kg":null,"identifier":"MRN-1"}','[{"kind":"derived","text":"III = II - I","leads":["III"]}]','{}','{"global":{"qrs_ms":148.25}}','[{"code":"CLBBB"}]','CLBBB','','Dr. Roth','2026-11-20 10:25:30.508773');
CREATE TABLE writers (
	id VARCHAR(32) NOT NULL, 
	machine TEXT NOT NULL, 
	pid INTEGER NOT NULL, 
	started TEXT NOT NULL, 
	opened_at DATETIME NOT NULL, 
	CONSTRAINT pk_writers PRIMARY KEY (id)
);
INSERT INTO "writers" VALUES('3c1723585a073c7524338f3d','cart-7',1,'1','2025-01-01 00:00:00.000000');
CREATE INDEX ix_recordings_created_at ON recordings (created_at);
CREATE INDEX ix_recordings_sha256 ON recordings (sha256);
CREATE INDEX ix_recordings_patient_identifier ON recordings (patient_identifier);
CREATE INDEX ix_audit_recording_id ON audit (recording_id);
CREATE INDEX ix_conversations_recording_id ON conversations (recording_id);
CREATE INDEX ix_answers_created_at ON answers (created_at);
CREATE INDEX ix_answers_state ON answers (state);
CREATE INDEX ix_ratings_answer_id ON ratings (answer_id);
CREATE INDEX ix_ratings_rater ON ratings (rater);
COMMIT;
