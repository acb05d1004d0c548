using Sida.Web.Tests.Web.Data;

namespace Sida.Web.Tests.Web.Accounts;

/// <summary>A real PostgreSQL server.</summary>
public sealed class PostgresAccountTests(PostgresAccountTests.Fixture fixture) : AccountTests(fixture.Server), IClassFixture<PostgresAccountTests.Fixture>
{
    public sealed class Fixture(Postgres postgres) : IAsyncLifetime
    {
        private readonly SidaServer _server = new();
        private string? _missing;

        /// <summary>The server, or the reason to skip the test that asks for it.</summary>
        public SidaServer Server
        {
            get
            {
                Assert.SkipWhen(_missing is not null, _missing ?? "");
                return _server;
            }
        }

        public async ValueTask InitializeAsync()
        {
            _missing = await Postgres.FindMissingAsync();
            if (_missing is not null)
            {
                return;
            }

            string connection = await postgres.NewDatabaseAsync(TestContext.Current.CancellationToken);
            _server.With("Sida:Access:SignInsPerMinute", "10000").With("Sida:Database:Provider", "PostgreSql").With("Sida:Database:ConnectionString", connection).StartServer();
        }

        public ValueTask DisposeAsync()
        {
            _server.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
