namespace Sida.Web.Tests.Web.Data;

/// <summary>The embedded database.</summary>
public sealed class SqliteDataTests(SqliteDataTests.Fixture fixture) : DataTests(fixture.Server), IClassFixture<SqliteDataTests.Fixture>
{
    public sealed class Fixture : IDisposable
    {
        public Fixture() => Server.With("Sida:Storage:RetentionDays", "30").StartServer();

        public SidaServer Server { get; } = new();

        public void Dispose() => Server.Dispose();
    }
}
