// The layout of the job queue in Redis, proved with the real packages in both directions.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { createBullBoard } from "@bull-board/api";
import { Queue, QueueEvents, Worker } from "bullmq";

const tool = process.env.BULLMQ_JOB_TOOL;
const port = Number(process.env.REDIS_PORT);
const url = `redis://127.0.0.1:${port}`;
const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
const closing = [];
let names = 0;

function open(Kind, name, work, options) {
  const opened = new Kind(name, ...(work ? [work] : []), { connection, ...options });
  opened.on("error", () => {});
  closing.push(opened);
  return opened;
}
const fresh_name = () => `queue-${process.pid}-${++names}`;

// Runs the tool to its end; gives the lines it printed.
function run_tool(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, [url, ...args.map(String)], { stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.on("data", (piece) => (text += piece));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(lines_of(text)) : reject(new Error(`exit ${code}`)),
    );
  });
}
async function until(what, met) {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(10)) {
    if (await met()) return;
  }
  assert.fail(`did not happen in time: ${what}`);
}

// Runs jobs with the tool until there are `count` lines and `settled` holds; gives the lines.
async function run_until(name, count, settled = () => true) {
  const child = spawn(tool, [url, name, "run", "600000"], { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.on("data", (piece) => (text += piece));
  const ended = new Promise((resolve) => child.on("close", resolve));
  try {
    await until(`${count} jobs`, async () => lines_of(text).length >= count && (await settled()));
  } finally {
    child.kill();
    await ended;
  }
  return lines_of(text);
}
const lines_of = (text) => text.split("\n").filter(Boolean);

before(() => assert.ok(tool && port, "run.sh sets BULLMQ_JOB_TOOL and REDIS_PORT"));
after(async () => {
  for (const opened of closing.reverse()) await opened.close();
});

test("a job added here is seen by Queue.getDelayed() with its data and its time", async () => {
  const name = fresh_name();
  const queue = open(Queue, name);
  const began = Date.now();
  await run_tool(name, "add", "order-1", '{"orderId":"order-1"}', 60000);
  const ended = Date.now();
  const delayed = await queue.getDelayed();
  assert.deepEqual(
    delayed.map((job) => [job.id, job.name, job.data]),
    [["order-1", name, { orderId: "order-1" }]],
  );
  const due = delayed[0].timestamp + delayed[0].opts.delay;
  assert.ok(due >= began + 60000 && due <= ended + 60000, `due at ${due}`);
  assert.equal(await delayed[0].getState(), "delayed");
  assert.deepEqual(await queue.getJobCounts("delayed", "wait", "active"), {
    delayed: 1,
    wait: 0,
    active: 0,
  });
});

test("a job added here is run by a BullMQ Worker, on time", async () => {
  const name = fresh_name();
  const queue = open(Queue, name);
  const waiting = waiting_workers();
  const ran = [];
  // Without the marker of a job it would look for one after ten minutes.
  const work = async (job) => ran.push([job.id, job.data, job.processedOn]);
  open(Worker, name, work, { drainDelay: 600 });
  await until("a worker waits", () => waiting_workers() > waiting);
  await run_tool(name, "add", "later", '{"n":1}', 5000);
  await run_tool(name, "add", "now", '{"n":2}', 0);
  await until("both jobs", () => ran.length === 2);
  assert.deepEqual(
    ran.map(([id, data]) => [id, data]),
    [
      ["now", { n: 2 }],
      ["later", { n: 1 }],
    ],
  );
  const { timestamp, opts } = await queue.getJob("later");
  assert.ok(ran[1][2] >= timestamp + opts.delay, "early");
});

// How many connections wait for the marker of a queue.
function waiting_workers() {
  const clients = execFileSync("redis-cli", ["-p", String(port), "client", "list"]).toString();
  return lines_of(clients).filter((line) => line.includes("cmd=bzpopmin")).length;
}

test("a job added here that a BullMQ Worker fails is tried again by it", async () => {
  const name = fresh_name();
  const queue = open(Queue, name);
  let starts = 0;
  open(Worker, name, async () => {
    ++starts;
    throw new Error("not today");
  });
  await run_tool(name, "add", "j1", "{}", 0);
  await until("its failure", async () => starts === 1 && (await queue.getDelayedCount()) === 1);
  assert.equal((await queue.getJob("j1")).attemptsMade, 1);
});

test("a job added by Queue.add with a delay is run here, and its events are visible", async () => {
  const name = fresh_name();
  const queue = open(Queue, name);
  const events = open(QueueEvents, name);
  await events.waitUntilReady();
  const seen = [];
  for (const event of ["waiting", "active", "completed"]) {
    events.on(event, ({ jobId }) => seen.push(`${event} ${jobId}`));
  }
  await queue.add("expire", { orderId: "o7" }, { jobId: "o7", delay: 300 });
  const lines = await run_until(name, 1, async () => (await queue.getCompletedCount()) === 1);
  assert.equal(lines.length, 1);
  const [id, lateness, data] = lines[0].split(" ");
  assert.equal(id, "o7");
  assert.deepEqual(JSON.parse(data), { orderId: "o7" });
  assert.ok(Number(lateness) >= 0 && Number(lateness) < 60_000, `late by ${lateness} ms`);
  await until("the events", () => seen.length >= 3);
  assert.deepEqual(seen, ["waiting o7", "active o7", "completed o7"]);
  const job = await queue.getJob("o7");
  assert.equal(await job.getState(), "completed");
  assert.equal(job.attemptsMade, 1);
  assert.ok(job.finishedOn >= job.processedOn);
  assert.deepEqual(
    (await queue.getCompleted()).map((done) => done.id),
    ["o7"],
  );
});

test("a job added by Queue.add without attempts fails for good here, as BullMQ would have it", async () => {
  const name = fresh_name();
  const queue = open(Queue, name);
  await queue.add("expire", { what: "fail once" }, { jobId: "j1" });
  const failed_ones = async () => (await queue.getFailedCount()) === 1;
  assert.equal((await run_until(name, 1, failed_ones)).length, 1);
  const [failed] = await queue.getFailed();
  assert.equal(failed.failedReason, "not today");
  await failed.retry();
  assert.equal((await run_until(name, 1, failed_ones)).length, 1);
  assert.equal(await (await queue.getJob("j1")).getState(), "failed"); // a new process fails once more
});

test("a job added here and added again by BullMQ is one job, and either side can remove it", async () => {
  const name = fresh_name();
  const queue = open(Queue, name);
  await run_tool(name, "add", "j1", '{"by":"us"}', 60000);
  await queue.add("expire", { by: "them" }, { jobId: "j1", delay: 1000 });
  await run_tool(name, "add", "j1", '{"by":"us again"}', 1000);
  assert.deepEqual(
    (await queue.getDelayed()).map((job) => job.data),
    [{ by: "us" }],
  );
  assert.equal(await queue.remove("j1"), 1);
  await queue.add("expire", {}, { jobId: "j2", delay: 60000 });
  await run_tool(name, "remove", "j2");
  assert.equal(await queue.getJob("j2"), undefined);
  assert.equal(await queue.getDelayedCount(), 0);
});

test("a queue that BullMQ has paused is not run here until it is resumed", async () => {
  const name = fresh_name();
  const queue = open(Queue, name);
  await run_tool(name, "add", "j1", "{}", 0);
  await queue.pause();
  assert.deepEqual(await run_tool(name, "run", 700), []);
  await queue.resume();
  assert.equal((await run_until(name, 1)).length, 1);
});

test("workers of both kinds share a queue, and each job runs once", async () => {
  const name = fresh_name();
  const ran = new Map();
  const note = (id) => ran.set(id, (ran.get(id) ?? 0) + 1);
  const queue = open(Queue, name);
  const isDone = async () => (await queue.getCompletedCount()) === 300;
  const ours = run_until(name, 1, isDone);
  open(Worker, name, async (job) => {
    await sleep(2);
    note(job.id);
  });
  await queue.addBulk(
    Array.from({ length: 300 }, (_, i) => ({
      name: "expire",
      data: { i },
      opts: { jobId: `j${i}`, delay: 3_000 + (i % 50) },
    })),
  );
  const lines = await ours;
  for (const line of lines) note(line.split(" ")[0]);
  assert.equal(ran.size, 300);
  assert.ok([...ran.values()].every((times) => times === 1));
  assert.ok(lines.length > 0, "none ran here");
});

test("bull-board lists the queue and the job", async () => {
  const name = fresh_name();
  const queue = open(Queue, name);
  await run_tool(name, "add", "order-9", '{"orderId":"order-9"}', 60000);
  const routes = {};
  const server = new Proxy(
    {},
    {
      get: (_, call) => (value) => {
        if (call === "setQueues") routes.queues = value;
        if (call === "setApiRoutes") routes.api = value;
        return server;
      },
    },
  );
  createBullBoard({ queues: [new BullMQAdapter(queue)], serverAdapter: server });
  const list = routes.api.find((route) => [route.route].flat().includes("/api/queues"));
  const { body } = await list.handler({
    queues: routes.queues,
    query: { activeQueue: name, status: "delayed", page: "1", jobsPerPage: "10" },
    params: {},
    headers: {},
  });
  const shown = body.queues.find((entry) => entry.name === name);
  assert.equal(shown.counts.delayed, 1);
  assert.deepEqual(
    shown.jobs.map((job) => job.id),
    ["order-9"],
  );
});
