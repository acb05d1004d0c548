using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sida.LoadTest;
using Sida.Web.Access;
using Sida.Web.Access.Keys;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Hubs;
using Sida.Web.Pictures;
using Sida.Web.Tests.Web;

// dotnet run -c Release --project bench/Sida.LoadTest -- [CLIENTS] [QUESTIONS]
// 50 clients with 60 questions each are two hours of a question every two minutes, compressed.
// dotnet run -c Release --project bench/Sida.LoadTest -- queue [ITEMS]      how long the pages of a review's queue take
// dotnet run -c Release --project bench/Sida.LoadTest -- export [ITEMS]     how long exports and imports take, and what they hold
if (args is ["export", ..])
{
    await ExportTimes.MeasureAsync(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10_000);
    return 0;
}

if (args is ["queue", ..])
{
    await QueueTimes.MeasureAsync(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10_000);
    return 0;
}

int clients = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50;
int questions = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 60;
TimeSpan pause = TimeSpan.FromSeconds(1);
// The overhead of one question is measured at a pace at which questions seldom meet.
TimeSpan calmPause = TimeSpan.FromSeconds(5);

await using SidaServer server = new SidaServer()
    .With("Sida:Access:RequestsPerMinute", "1000000").With("Sida:Work:MaxRunning", "64").With("Sida:Work:MaxQueued", "1000");
Uri address = server.Listen();
Client[] people = await Task.WhenAll(Enumerable.Range(0, clients).Select(MakeClientAsync));
int asked = 0;

Console.WriteLine($"{clients} clients. The peer: a bare hub that streams the same messages from memory.");
await using WebApplication bare = await BareHub.StartAsync();
await Clients.RunAsync(new Uri(new Uri(bare.Urls.First()), "/hub"), people, 2, pause);
Seen peer = await Clients.RunAsync(new Uri(new Uri(bare.Urls.First()), "/hub"), people, 6, calmPause);
Console.WriteLine($"bare hub         p50 {peer.P50:F1} ms, p95 {peer.P95:F1} ms");

Uri hub = new(address, AnalysisHub.Address);
await AskAsync(hub, 2, pause);
Seen calm = await AskAsync(hub, 6, calmPause);
Console.WriteLine($"Sida, no model   p50 {calm.P50:F1} ms, p95 {calm.P95:F1} ms: {calm.P50 / peer.P50:F1} and {calm.P95 / peer.P95:F1} times the peer");

server.Models.Script = (request, stop) => new ScriptedAnswer { Prompt = request.Prompt, BeforeWord = (_, token) => Task.Delay(20, token) }.PlayAsync(stop);
await using CutProxy network = new(address, TimeSpan.FromMilliseconds(100));
Uri shaky = new(network.Address, AnalysisHub.Address);
Footprint? first = null;
int rounds = 3;
Seen[] soak = new Seen[rounds];
for (int round = 0; round < rounds; round++)
{
    soak[round] = await AskAsync(shaky, questions / rounds, pause);
    // The scripted model's own notes are not the server's.
    server.Models.Requests.Clear();
    Footprint held = await Footprint.MeasureAsync();
    first ??= held;
    Console.WriteLine($"soak, part {round + 1}     {soak[round].Answers} answers whole, {soak[round].Broken.Count} not, {soak[round].Reconnects} reconnects; holds {held}");
}

await using SidaDb db = server.Services.GetRequiredService<AccessService>().OpenForServer();
int finished = await db.Analyses.CountAsync(row => row.State == AnalysisState.Finished);
int others = await db.Analyses.CountAsync(row => row.State != AnalysisState.Finished);
int broken = soak.Sum(seen => seen.Broken.Count) + calm.Broken.Count;
Console.WriteLine($"{network.Cuts} connections were reset. Asked and answered whole: {asked}; on the server: {finished} finished, {others} not. Warnings in the log: {server.Log.Warnings.Count(line => !line.Contains("DataProtection", StringComparison.Ordinal))}.");
foreach (string line in server.Log.Warnings.Where(line => !line.Contains("DataProtection", StringComparison.Ordinal)).Take(5))
{
    Console.WriteLine(line[..Math.Min(line.Length, 400)]);
}

return broken == 0 && others == 0 && finished >= asked ? 0 : 1;

async Task<Seen> AskAsync(Uri to, int count, TimeSpan between)
{
    Seen seen = await Clients.RunAsync(to, people, count, between);
    asked += seen.Answers;
    foreach (string what in seen.Broken)
    {
        Console.WriteLine($"broken: {what}");
    }

    return seen;
}

async Task<Client> MakeClientAsync(int number)
{
    Caller owner = new(Guid.CreateVersion7(), Permissions.All);
    NewApiKey key = await server.Services.GetRequiredService<ApiKeyService>().CreateAsync(owner, $"client {number}", Permissions.Read | Permissions.Analyze, null, CancellationToken.None);
    byte[] pixels = new byte[64 * 48 * 3];
    new Random(number).NextBytes(pixels);
    byte[] png = Sida.Engine.Imaging.ImageEncoder.EncodePng(new Sida.Engine.Imaging.RgbImage(64, 48, pixels));
    return new Client(key.Secret, (await server.Services.GetRequiredService<PictureService>().AddAsync(owner, new MemoryStream(png), "picture.png", CancellationToken.None)).Id);
}
