using Sida.Web.Tests.Web.Data;

namespace Sida.Web.Tests.Web.Review;

public sealed class SqliteQueueTests(SqliteDataTests.Fixture fixture) : QueueTests(fixture.Server), IClassFixture<SqliteDataTests.Fixture>;

public sealed class PostgresQueueTests(PostgresDataTests.Fixture fixture) : QueueTests(fixture.Server), IClassFixture<PostgresDataTests.Fixture>;

public sealed class SqliteQualityTests(SqliteDataTests.Fixture fixture) : QualityTests(fixture.Server), IClassFixture<SqliteDataTests.Fixture>;

public sealed class PostgresQualityTests(PostgresDataTests.Fixture fixture) : QualityTests(fixture.Server), IClassFixture<PostgresDataTests.Fixture>;

public sealed class SqliteHistoryTests(SqliteDataTests.Fixture fixture) : HistoryTests(fixture.Server), IClassFixture<SqliteDataTests.Fixture>;

public sealed class PostgresHistoryTests(PostgresDataTests.Fixture fixture) : HistoryTests(fixture.Server), IClassFixture<PostgresDataTests.Fixture>;

public sealed class SqliteModelRunTests(SqliteDataTests.Fixture fixture) : ModelRunTests(fixture.Server), IClassFixture<SqliteDataTests.Fixture>;

public sealed class PostgresModelRunTests(PostgresDataTests.Fixture fixture) : ModelRunTests(fixture.Server), IClassFixture<PostgresDataTests.Fixture>;
