namespace Sida.Web.Tests.Web.Accounts;

/// <summary>The embedded database.</summary>
public sealed class SqliteAccountTests(SqliteAccountTests.Fixture fixture) : AccountTests(fixture.Server), IClassFixture<SqliteAccountTests.Fixture>
{
    public sealed class Fixture : IDisposable
    {
        public Fixture() => Server.With("Sida:Access:SignInsPerMinute", "10000").StartServer();

        public SidaServer Server { get; } = new();

        public void Dispose() => Server.Dispose();
    }
}
