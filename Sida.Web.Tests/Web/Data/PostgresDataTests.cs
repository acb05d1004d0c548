namespace Sida.Web.Tests.Web.Data;

/// <summary>A real PostgreSQL server.</summary>
public sealed class PostgresDataTests(PostgresDataTests.Fixture fixture) : DataTests(fixture.Server), IClassFixture<PostgresDataTests.Fixture>
{
    public sealed class Fixture(Postgres postgres) : IAsyncLifetime
    {
        public SidaServer Server { get; } = new();

        public async ValueTask InitializeAsync()
        {
            string connection = await postgres.NewDatabaseAsync(TestContext.Current.CancellationToken);
            Server.With("Sida:Storage:RetentionDays", "30").With("Sida:Database:Provider", "PostgreSql").With("Sida:Database:ConnectionString", connection).StartServer();
        }

        public ValueTask DisposeAsync()
        {
            Server.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
